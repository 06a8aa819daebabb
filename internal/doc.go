// Package internal holds the rooms of Guichet; imports_test.go keeps the law
// about which of them may use which.
package internal
