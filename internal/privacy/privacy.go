// Package privacy keeps what is confidential from places where it does not
// belong: Sensitive does not print itself, a Sealer stands between every text or
// byte of a person and the disk, and Scan and FormatOf tell what should be looked
// at before it leaves. It is pure: it stores nothing.
package privacy

import (
	"fmt"
	"io"
)

// Sensitive holds a value that must not reach a log. It prints as [redacted]
// under every verb and in JSON; Reveal is the one way to it. The value stands
// behind a function, since fmt walks into unexported fields without asking
// their methods.
type Sensitive[T any] struct{ value func() T }

// Hide wraps a value.
func Hide[T any](value T) Sensitive[T] { return Sensitive[T]{func() T { return value }} }

// Reveal returns the value, or the zero value of one that was never hidden.
func (s Sensitive[T]) Reveal() (zero T) {
	if s.value == nil {
		return zero
	}
	return s.value()
}

// Format implements fmt.Formatter without the value.
func (Sensitive[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }

// MarshalJSON implements json.Marshaler without the value.
func (Sensitive[T]) MarshalJSON() ([]byte, error) { return []byte(`"[redacted]"`), nil }

// Sealer is what a person's texts and bytes pass through on their way to the
// disk and back. The person is the partition: what is sealed for one opens for
// no other.
type Sealer interface {
	// Seal returns what is to be stored for a text. What is sealed begins with a
	// byte below 9, which no text that is stored does: so the two are told apart.
	Seal(person string, plain []byte) ([]byte, error)
	// Open returns the text, or an error if it was altered or is not this
	// person's.
	Open(person string, sealed []byte) ([]byte, error)
	// Writer seals a stream into w. Close finishes the seal; it does not
	// close w.
	Writer(person string, w io.Writer) (io.WriteCloser, error)
	// Reader opens a stream of Writer. Size is that of the plain bytes.
	Reader(person string, sealed io.ReadSeeker, size int64) (io.ReadSeeker, error)
}

// Plain is the Sealer that leaves everything as it is. It holds the place until
// there is a keyring.
type Plain struct{}

// Seal implements Sealer.
func (Plain) Seal(_ string, plain []byte) ([]byte, error) { return plain, nil }

// Open implements Sealer.
func (Plain) Open(_ string, sealed []byte) ([]byte, error) { return sealed, nil }

// Writer implements Sealer.
func (Plain) Writer(_ string, w io.Writer) (io.WriteCloser, error) { return nopCloser{w}, nil }

// Reader implements Sealer.
func (Plain) Reader(_ string, sealed io.ReadSeeker, _ int64) (io.ReadSeeker, error) {
	return sealed, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
