//go:build !production

package pdf

import (
	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
)

// startPool takes pdfium as its library brings it: nothing has to be made beforehand.
func startPool(config webassembly.Config) (pdfium.Pool, error) {
	return webassembly.Init(config)
}
