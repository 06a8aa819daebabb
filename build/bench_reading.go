package main

import (
	"context"
	"errors"
	"regexp"
	"time"
)

var (
	scanned   = regexp.MustCompile(`BenchmarkLetter\S*.*?([\d.]+) lower-us\s+([\d.]+) median-us\s+([\d.]+) scan/lower`)
	readScans = regexp.MustCompile(`scans: (.*)`)
	readPDF   = regexp.MustCompile(`BenchmarkPDF\S*.*?([\d.]+) best/best\s+([\d.]+) child-s\s+([\d.]+) pdftotext-s\s+([\d.]+) speed/pdftotext`)
)

// benchReading measures how fast a text and a file are looked through, against what does
// less with the same.
func benchReading(ctx context.Context) error {
	out, err := step{}.output(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkLetter$", "-benchtime", "2000x", "./internal/privacy")
	if err != nil {
		return err
	}
	m := scanned.FindStringSubmatch(out)
	if m == nil {
		return errors.New("no figures of the benchmark Letter")
	}
	say("10 kB of a letter looked through: median %s us (goal: below 1000), made small %s us: ratio %s", m[2], m[1], m[3])
	if out, err = (step{within: 20 * time.Minute}).output(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkPDF$", "-benchtime", "5x", "-timeout", "20m", "./internal/reader"); err != nil {
		return err
	}
	if m = readPDF.FindStringSubmatch(out); m == nil {
		return errors.New("no figures of the benchmark PDF")
	}
	say("PDF of 20 MB of text: %s s in the child, pdftotext %s s: speed %s of it, of the best %s (goal: at least 0.3)", m[2], m[3], m[4], m[1])
	return nil
}

// benchScans counts how many numbers the window finds again on pages from a scanner.
func benchScans(ctx context.Context) error {
	env := []string{"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"}
	out, err := step{dir: "frontend", env: env, within: 20 * time.Minute}.
		output(ctx, npm(), "exec", "playwright", "--", "test", "--config", "playwright.bench.config.ts", "ocr.bench")
	if err != nil {
		return err
	}
	m := readScans.FindStringSubmatch(out)
	if m == nil {
		return errors.New("no figures of the pages from a scanner")
	}
	say("clean and poor scans at 200 dpi, in six fonts: %s (goal: at least 0.95 of the clean ones)", m[1])
	return nil
}
