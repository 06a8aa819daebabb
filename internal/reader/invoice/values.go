package invoice

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	coding "golang.org/x/text/encoding/unicode"
)

// decoded is XML in an encoding that the decoder can begin with: it cannot with
// UTF-16, and takes the mark of UTF-8 for text.
func decoded(data []byte) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("<\x00")):
		from = coding.UTF16(coding.LittleEndian, coding.UseBOM)
	case bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.HasPrefix(data, []byte("\x00<")):
		from = coding.UTF16(coding.BigEndian, coding.UseBOM)
	default:
		return data, nil
	}
	text, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return nil, ErrEncoding
	}
	return text, nil
}

// charset turns what an XML declares into UTF-8. UTF-16 and the like are that
// already when it is asked.
func charset(label string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be":
		return input, nil
	case "iso-8859-1", "latin1", "iso8859-1", "windows-1252", "cp1252":
		// The second is the first with more signs, and is what is meant by both.
		return charmap.Windows1252.NewDecoder().Reader(input), nil
	case "iso-8859-15", "latin9":
		return charmap.ISO8859_15.NewDecoder().Reader(input), nil
	}
	return nil, ErrEncoding
}

// clean is a value in one line, without what does not print.
func clean(value string) string {
	value = strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return ' '
		}
		if !unicode.IsPrint(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(value, ""))), " ")
	if runes := []rune(value); len(runes) > maxValue {
		value = string(runes[:maxValue])
	}
	return value
}

// date is a day as 2006-01-02, empty if it is none. UBL may add a zone.
func date(value string) string {
	for _, layout := range []string{"20060102", "2006-01-02", "2006-01-02Z07:00"} {
		if day, err := time.Parse(layout, value); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}

var decimal = regexp.MustCompile(`^(-?[0-9]{1,12})(?:\.([0-9]{1,6}))?$`)

// amount is one with two digits behind its dot, or more where they count.
func amount(value string) string {
	parts := decimal.FindStringSubmatch(value)
	if parts == nil {
		return ""
	}
	behind := strings.TrimRight(parts[2], "0")
	return parts[1] + "." + behind + strings.Repeat("0", max(0, 2-len(behind)))
}

var threeLetters = regexp.MustCompile(`^[A-Z]{3}$`)

func currency(value string) string {
	if threeLetters.MatchString(value) {
		return value
	}
	return ""
}
