package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// A sealed stream is the magic, the sealed key of this stream, and chunks of
// AES-256-GCM, each with its tag. A chunk's nonce is its number and whether it is
// the last, so that none can be left out, moved or put in from another place; an
// empty stream is one empty chunk.
const (
	magic     = "\x00\xffGuichet sealed\x01" // a zero byte begins no file that may be attached
	chunkSize = 64 << 10
	keySize   = 32
)

// The length of a sealed key, by its kind.
var sealedKey = map[byte]int{
	kindOwn:    headerSize + nonceSize + keySize + tagSize,
	kindPublic: headerSize + publicSize + keySize + tagSize,
}

func chunkNonce(n int64, last bool) []byte {
	nonce := make([]byte, nonceSize)
	binary.BigEndian.PutUint64(nonce[3:], uint64(n))
	if last {
		nonce[nonceSize-1] = 1
	}
	return nonce
}

// Writer implements privacy.Sealer, for the same persons as Seal.
func (s *Safe) Writer(person string, w io.Writer) (io.WriteCloser, error) {
	if !s.Sealed() {
		return privacy.Plain{}.Writer(person, w)
	}
	key := make([]byte, keySize)
	defer clear(key)
	_, _ = rand.Read(key)
	sealed, err := s.seal(forFile, person, key)
	if err != nil {
		return nil, err
	}
	aead, err := gcm(key)
	if err != nil {
		return nil, fmt.Errorf("seal stream: %w", err)
	}
	if _, err := w.Write(append([]byte(magic), sealed...)); err != nil {
		return nil, fmt.Errorf("begin sealed stream: %w", err)
	}
	return writer{privacy.Hide(&sealing{w: w, aead: aead, buf: make([]byte, 0, chunkSize+tagSize)})}, nil
}

// writer hides the key of its stream from whoever prints it.
type writer struct{ privacy.Sensitive[*sealing] }

func (w writer) Write(p []byte) (int, error) { return w.Reveal().write(p) }
func (w writer) Close() error                { return w.Reveal().close() }

type sealing struct {
	w    io.Writer
	aead cipher.AEAD
	buf  []byte // plain bytes of the chunk that is not full yet, or may be the last
	n    int64  // chunks written
	err  error  // after it nothing is written
}

var errClosed = errors.New("sealed stream is closed")

func (s *sealing) write(p []byte) (done int, err error) {
	for len(p) > 0 && s.err == nil {
		n := min(len(p), chunkSize-len(s.buf))
		switch {
		case n == 0:
			s.flush(s.buf, false)
		case len(s.buf) == 0 && len(p) > chunkSize: // a whole chunk, and not the last
			s.flush(p[:n], false)
		default:
			s.buf = append(s.buf, p[:n]...)
		}
		p = p[n:]
		done += n
	}
	return done, s.err
}

func (s *sealing) flush(plain []byte, last bool) {
	out := s.aead.Seal(s.buf[:0], chunkNonce(s.n, last), plain, nil)
	if _, err := s.w.Write(out); err != nil {
		s.err = fmt.Errorf("write sealed stream: %w", err)
	}
	s.n++
	s.buf = s.buf[:0]
}

func (s *sealing) close() error {
	if errors.Is(s.err, errClosed) {
		return nil
	}
	if s.err == nil {
		s.flush(s.buf, true)
	}
	err := s.err
	clear(s.buf[:cap(s.buf)])
	if err == nil {
		s.err = errClosed
	}
	return err
}

// Reader implements privacy.Sealer. It reads from the stream's beginning, and a
// stream from before sealing as it is. That the stream is as long as size asks for
// is checked here, the bytes when they are read: no chunk but those that are
// asked for. Errors are those of Open.
func (s *Safe) Reader(person string, sealed io.ReadSeeker, size int64) (io.ReadSeeker, error) {
	end, err := sealed.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("measure stream: %w", err)
	}
	if _, err := sealed.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("begin stream: %w", err)
	}
	head := make([]byte, len(magic)+1)
	n, err := io.ReadFull(sealed, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("begin stream: %w", err)
	}
	if !bytes.HasPrefix(head[:n], []byte(magic[:len(magic)-1])) {
		if end != size { // also what is left of a sealed one that lost its beginning
			return nil, fmt.Errorf("measure stream: %w", errAltered)
		}
		_, err := sealed.Seek(0, io.SeekStart)
		return sealed, err
	}
	if head[len(magic)-1] > magic[len(magic)-1] {
		return nil, desk.ErrTooNew.With(errors.New("sealed stream of a later format"))
	}
	kind := head[len(magic)]
	length, known := sealedKey[kind]
	chunks := max(1, (size+chunkSize-1)/chunkSize)
	begin := int64(len(magic) + length)
	if !known || head[len(magic)-1] != magic[len(magic)-1] || size < 0 || size > end || end != begin+size+chunks*tagSize {
		return nil, fmt.Errorf("measure sealed stream: %w", errAltered)
	}
	wrapped := make([]byte, length)
	wrapped[0] = kind
	if _, err := io.ReadFull(sealed, wrapped[1:]); err != nil {
		return nil, fmt.Errorf("read key of sealed stream: %w", err)
	}
	key, err := s.unseal(forFile, person, wrapped)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := gcm(key)
	if err != nil {
		return nil, fmt.Errorf("open sealed stream: %w", err)
	}
	o := &opening{r: sealed, aead: aead, begin: begin, size: size, chunks: chunks, loaded: -1}
	if size == 0 { // no read would look at it
		if err := o.load(0); err != nil {
			return nil, err
		}
	}
	return reader{privacy.Hide(o)}, nil
}

// reader hides the key of its stream from whoever prints it.
type reader struct{ privacy.Sensitive[*opening] }

func (r reader) Read(p []byte) (int, error)                { return r.Reveal().read(p) }
func (r reader) Seek(off int64, whence int) (int64, error) { return r.Reveal().seek(off, whence) }

type opening struct {
	r            io.ReadSeeker
	aead         cipher.AEAD
	begin        int64 // where the first chunk is
	size, chunks int64
	pos          int64
	loaded       int64 // the chunk that plain is of, -1 for none
	buf, plain   []byte
}

func (o *opening) read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if o.pos >= o.size {
		return 0, io.EOF
	}
	if err := o.load(o.pos / chunkSize); err != nil {
		return 0, err
	}
	n := copy(p, o.plain[o.pos%chunkSize:])
	o.pos += int64(n)
	return n, nil
}

func (o *opening) load(chunk int64) error {
	if chunk == o.loaded {
		return nil
	}
	o.loaded = -1
	if o.buf == nil {
		o.buf = make([]byte, min(chunkSize, o.size)+tagSize)
	}
	if _, err := o.r.Seek(o.begin+chunk*(chunkSize+tagSize), io.SeekStart); err != nil {
		return fmt.Errorf("seek in sealed stream: %w", err)
	}
	buf := o.buf[:min(chunkSize, o.size-chunk*chunkSize)+tagSize]
	if _, err := io.ReadFull(o.r, buf); err != nil {
		return fmt.Errorf("read sealed stream: %w", err)
	}
	plain, err := o.aead.Open(buf[:0], chunkNonce(chunk, chunk == o.chunks-1), buf, nil)
	if err != nil {
		return fmt.Errorf("read sealed stream: %w", errAltered)
	}
	o.plain, o.loaded = plain, chunk
	return nil
}

func (o *opening) seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += o.pos
	case io.SeekEnd:
		off += o.size
	case io.SeekStart:
	default:
		return 0, errors.New("seek in sealed stream: no such whence")
	}
	if off < 0 {
		return 0, errors.New("seek in sealed stream: before its beginning")
	}
	o.pos = off
	return off, nil
}
