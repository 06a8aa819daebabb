package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// Policies lie where group policy puts them; only administrators write there.
const (
	policyKey      = `SOFTWARE\Policies\Guichet`
	recommendedKey = policyKey + `\Recommended`
)

func machinePolicy() rules { return policyIn(registry.LOCAL_MACHINE, policyKey, recommendedKey) }

func policyIn(root registry.Key, locked, recommended string) rules {
	out := rules{where: `HKLM\` + locked}
	var unknown [2][]string
	var errs [2]error
	out.locked, unknown[0], errs[0] = valuesIn(root, locked)
	out.recommended, unknown[1], errs[1] = valuesIn(root, recommended)
	out.unknown, out.err = unknownOf(append(unknown[0], unknown[1]...)), errors.Join(errs[:]...)
	return out
}

// valuesIn reads the values below one key. No key is no policy.
func valuesIn(root registry.Key, path string) (values map[string]string, unknown []string, err error) {
	k, err := registry.OpenKey(root, path, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read policy: %w", err)
	}
	defer k.Close()
	names, err := k.ReadValueNames(-1)
	if err != nil {
		return nil, nil, fmt.Errorf("read policy: %w", err)
	}
	values = map[string]string{}
	for _, name := range names {
		key := keyOf(name)
		if key == "" {
			unknown = append(unknown, name)
			continue
		}
		values[key] = valueIn(k, name)
	}
	return values, unknown, nil
}

// valueIn is one value as it would be typed; what no setting takes for a kind of value
// that none has.
func valueIn(k registry.Key, name string) string {
	if text, _, err := k.GetStringValue(name); err == nil {
		return text
	}
	if n, _, err := k.GetIntegerValue(name); err == nil {
		return strconv.FormatUint(n, 10)
	}
	if list, _, err := k.GetStringsValue(name); err == nil {
		return strings.Join(list, " ")
	}
	return "\x00"
}
