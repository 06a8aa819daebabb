// Package pdf reads the text of PDF files, makes pictures of their pages, and takes
// out the files that they carry. What understands PDF is pdfium, which runs as
// WebAssembly: whatever a file does to it, it has a memory of its own with a bound,
// no files, no network, and an end that can be outlived. The package stores nothing but
// pdfium's machine code, and knows nothing of what is looked for in a text.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klippa-app/go-pdfium"
	pdfiumErrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// What a file can be beside readable.
var (
	ErrEncrypted = errors.New("a password is wanted")
	ErrDamaged   = errors.New("not a PDF that can be read")
	ErrMemory    = errors.New("more memory is wanted than there is for a PDF")
)

// Engine is pdfium, ready to open files. Its methods and those of its documents are
// for one goroutine at a time.
type Engine struct {
	pool   pdfium.Pool
	cache  wazero.CompilationCache
	memory *memory
}

// Start loads pdfium's machine code from the folder of a cache, where Warm has put
// it. Without that it compiles it, which takes seconds and more memory than reading.
func Start(ctx context.Context, cacheDir string) (*Engine, error) {
	return StartWithin(ctx, cacheDir, MaxMemory)
}

// StartWithin is Start with fewer bytes of memory than MaxMemory.
func StartWithin(ctx context.Context, cacheDir string, most int) (*Engine, error) {
	config := wazero.NewRuntimeConfigCompiler().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	e := &Engine{memory: &memory{most: most}}
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("open pdfium's cache: %w", err)
		}
		e.cache = cache
		config = config.WithCompilationCache(cache)
	}
	// The pool keeps this context: it must not end with the start.
	lasting := experimental.WithMemoryAllocator(context.WithoutCancel(ctx), e.memory)
	pool, err := startPool(webassembly.Config{
		Context: lasting, MaxTotal: maxOpen, RuntimeConfig: config,
		FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, // by default it would see the whole disk
	})
	if err != nil {
		cool(cacheDir)
		return nil, errors.Join(fmt.Errorf("start pdfium: %w", err), e.closeCache())
	}
	e.pool = pool
	return e, nil
}

// maxOpen is how many documents may be open at once: a PDF in a PDF in a PDF.
const maxOpen = 4

// Close ends the engine and what is open in it.
func (e *Engine) Close() error {
	err := e.pool.Close()
	return errors.Join(err, e.closeCache())
}

func (e *Engine) closeCache() error {
	if e.cache == nil {
		return nil
	}
	return e.cache.Close(context.Background())
}

// Open opens a file. Its bytes are read while the document is open. The error is
// ErrEncrypted, ErrDamaged, ErrMemory, or one of the machine.
func (e *Engine) Open(data []byte) (*Doc, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("open PDF: %w", ErrDamaged)
	}
	d := &Doc{engine: e, data: data, pictures: bytes.Contains(data, []byte("/Image"))}
	if err := d.open(); err != nil {
		return nil, err
	}
	return d, nil
}

// open gives the document an instance of pdfium to itself: that costs a few
// milliseconds, and nothing is left of the one before.
func (d *Doc) open() error {
	ctx, cancel := context.WithTimeout(context.Background(), instanceWait)
	defer cancel()
	d.engine.memory.refused = false
	instance, err := d.engine.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return fmt.Errorf("start instance of pdfium: %w", err)
	}
	d.pdfium, d.source = instance, bytes.NewReader(d.data)
	doc, err := instance.OpenDocument(&requests.OpenDocument{FileReader: d.source, FileReaderSize: int64(len(d.data))})
	if err != nil {
		err = d.reason("open PDF", err)
		d.Close()
		return err
	}
	d.ref = doc.Document
	pages, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.ref})
	if err != nil {
		err = d.reason("count pages", err)
		d.Close()
		return err
	}
	d.pages = pages.PageCount
	return nil
}

// reason says by one of this package's errors why something failed. Those of pdfium
// tell a person nothing, and may quote the file.
func (d *Doc) reason(operation string, err error) error {
	switch {
	case d.engine.memory.refused:
		return fmt.Errorf("%s: %w", operation, ErrMemory)
	case err == nil:
		return nil
	case errors.Is(err, pdfiumErrors.ErrPassword), errors.Is(err, pdfiumErrors.ErrSecurity):
		return fmt.Errorf("%s: %w", operation, ErrEncrypted)
	}
	return fmt.Errorf("%s: %w", operation, ErrDamaged)
}
