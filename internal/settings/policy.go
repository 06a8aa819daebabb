package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// maxPolicy bounds a policy file, in bytes.
const maxPolicy = 1 << 20

// policyFile reads the policy of a machine without a registry: two lists of keys and
// values, {"locked": {...}, "recommended": {...}}. No file is no policy.
func policyFile(path string) rules {
	out := rules{where: path}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return out
	}
	if err == nil {
		defer f.Close()
		out.err = out.parse(f)
		return out
	}
	out.err = fmt.Errorf("read policy: %w", err)
	return out
}

func (r *rules) parse(f *os.File) error {
	info, err := f.Stat()
	if err == nil && info.Size() > maxPolicy {
		err = fmt.Errorf("more than %d bytes", maxPolicy)
	}
	if err != nil {
		return fmt.Errorf("read policy: %w", err)
	}
	var lists struct {
		Locked      map[string]any `json:"locked"`
		Recommended map[string]any `json:"recommended"`
	}
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&lists); err != nil {
		return fmt.Errorf("read policy: %w", err)
	}
	if d.More() {
		return errors.New("read policy: there is more behind its end")
	}
	r.locked, r.recommended = plain(lists.Locked), plain(lists.Recommended)
	r.unknown = unknownOf(append(slices.Collect(maps.Keys(r.locked)), slices.Collect(maps.Keys(r.recommended))...))
	return nil
}

// plain writes values as they are given on a command line. What is neither a text, a
// number, a switch nor a list of texts becomes what no setting takes.
func plain(values map[string]any) map[string]string {
	out := map[string]string{}
	for name, value := range values {
		key := cmp.Or(keyOf(name), name)
		switch v := value.(type) {
		case string:
			out[key] = v
		case json.Number:
			out[key] = v.String()
		case bool:
			out[key] = fmt.Sprint(v)
		case []any:
			words := make([]string, 0, len(v))
			for _, w := range v {
				words = append(words, fmt.Sprint(w))
			}
			out[key] = strings.Join(words, " ")
		default:
			out[key] = "\x00"
		}
	}
	return out
}
