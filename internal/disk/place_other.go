//go:build !linux && !windows

package disk

func placeOf(path string) Ground {
	if name := cloudIn(path); name != "" {
		return Ground{GroundCloud, name}
	}
	return Ground{Kind: GroundLocal}
}
