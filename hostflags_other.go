//go:build !dev

package main

var hostFlags []string
