// Package disktest gives the tests of rooms that keep files what a disk and
// other programs may do to them: a small disk that can be filled (Small, on
// Linux), and a file that another program holds (Hold, on Windows). It is for
// tests alone.
package disktest
