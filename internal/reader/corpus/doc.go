// Package corpus is a proof of what looks through files: French office documents with
// numbers planted among others that look like them, read as the program reads them, and
// how many were found, and how many wrongly. It has nothing but tests. What it plants
// comes from what the numbers are, not from how they are looked for.
package corpus
