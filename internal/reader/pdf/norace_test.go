//go:build !race

package pdf_test

const raced = false // compiling pdfium takes minutes with the race detector
