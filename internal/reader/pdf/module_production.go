//go:build production

package pdf

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
)

// packedModule is pdfium as its library brings it, made by the build: packed, since it
// would be a sixth of the program. To unpack it costs a start some 25 ms.
//
//go:embed pdfium.wasm.gz
var packedModule []byte

func startPool(config webassembly.Config) (pdfium.Pool, error) {
	r, err := gzip.NewReader(bytes.NewReader(packedModule))
	if err != nil {
		return nil, fmt.Errorf("unpack pdfium: %w", err)
	}
	if config.WASM, err = io.ReadAll(r); err != nil {
		return nil, fmt.Errorf("unpack pdfium: %w", err)
	}
	return webassembly.InitWithWASM(config)
}
