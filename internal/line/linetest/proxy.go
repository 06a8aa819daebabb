package linetest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// byEnvironment tells whether a process can be given another store of
// authorities.
const byEnvironment = runtime.GOOS != "windows" && runtime.GOOS != "darwin" && runtime.GOOS != "ios"

// Proxy is a proxy of our own. It writes down whom it was asked for, and its
// fields, which are set before the first call, have it fail.
type Proxy struct {
	User, Password string                    // asked for by Basic, if there is a User
	Offers         []string                  // how it asks, in the place of Basic
	Status         int                       // of all its answers, if it is not 0
	Wait           time.Duration             // before each of its answers
	Looks          *Authority                // it looks into connections, with certificates of this one
	Tap            func(io.Reader) io.Reader // what a desk sends goes through it; may be nil

	tb     testing.TB
	listen net.Listener
	secure bool
	end    chan struct{}
	group  sync.WaitGroup

	mu    sync.Mutex
	cut   int64 // bytes towards the world until it breaks a connection, negative for never
	asked []string
	shown []string // what it was shown of names and passwords
	open  map[net.Conn]bool
}

// Start starts one on loopback until the test ends; edit may be nil.
func Start(tb testing.TB, edit func(*Proxy)) *Proxy {
	tb.Helper()
	return start(tb, nil, edit)
}

// StartTLS starts one that is spoken to by https, with a certificate for 127.0.0.1.
func StartTLS(tb testing.TB, by *Authority, edit func(*Proxy)) *Proxy {
	tb.Helper()
	cert := by.Certify(tb, "127.0.0.1", nil)
	return start(tb, &tls.Config{Certificates: []tls.Certificate{cert}}, edit)
}

func start(tb testing.TB, secure *tls.Config, edit func(*Proxy)) *Proxy {
	tb.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{tb: tb, listen: listen, secure: secure != nil, end: make(chan struct{}), cut: -1, open: map[net.Conn]bool{}}
	if edit != nil {
		edit(p)
	}
	if secure != nil {
		p.listen = tls.NewListener(listen, secure)
	}
	p.group.Go(p.run)
	tb.Cleanup(p.Stop)
	return p
}

// Address is its host and port.
func (p *Proxy) Address() string { return p.listen.Addr().String() }

// URL is how it is named in settings.
func (p *Proxy) URL() string {
	if p.secure {
		return "https://" + p.Address()
	}
	return "http://" + p.Address()
}

// Stop ends it and its connections. It may be called twice.
func (p *Proxy) Stop() {
	_ = p.listen.Close()
	p.mu.Lock()
	select {
	case <-p.end:
	default:
		close(p.end)
	}
	for c := range p.open {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.group.Wait()
}

// CutAfter has it break a connection, once, behind so many more bytes towards
// the world.
func (p *Proxy) CutAfter(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = n
}

// Whole tells whether the connection that was to be cut has not been yet.
func (p *Proxy) Whole() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cut >= 0
}

// Asked is whom it was asked for, host and port, in order.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Shown is every Proxy-Authorization that it was sent.
func (p *Proxy) Shown() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.shown)
}

func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.end:
		_ = c.Close()
		return false
	default:
	}
	p.open[c] = true
	return true
}

func (p *Proxy) drop(c net.Conn) {
	_ = c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}

func (p *Proxy) run() {
	for {
		near, err := p.listen.Accept()
		if err != nil {
			return
		}
		if p.keep(near) {
			p.group.Go(func() {
				defer p.drop(near)
				p.serve(near)
			})
		}
	}
}

// serve answers one CONNECT, or any other request, which it writes down too.
func (p *Proxy) serve(near net.Conn) {
	in := bufio.NewReader(near)
	r, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	given := r.Header.Get("Proxy-Authorization")
	p.mu.Lock()
	p.asked = append(p.asked, r.Host)
	if given != "" {
		p.shown = append(p.shown, given)
	}
	p.mu.Unlock()
	if p.Wait > 0 {
		select {
		case <-time.After(p.Wait):
		case <-p.end:
			return
		}
	}
	status, offers := p.Status, p.Offers
	if p.User != "" && len(offers) == 0 {
		offers = []string{`Basic realm="cabinet, \"proxy\""`}
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password))
	if status == 0 && len(offers) > 0 && (given != want || p.User == "") {
		status = http.StatusProxyAuthRequired
	}
	if status == 0 && r.Method != http.MethodConnect {
		status = http.StatusMethodNotAllowed
	}
	if status != 0 {
		head := fmt.Sprintf("HTTP/1.1 %d No\r\nContent-Length: 4\r\nConnection: close\r\n", status)
		for _, o := range offers {
			head += "Proxy-Authenticate: " + o + "\r\n"
		}
		_, _ = io.WriteString(near, head+"\r\nnon\n")
		return
	}
	p.join(near, in, r.Host)
}

// join connects both sides. Every name leads to this machine.
func (p *Proxy) join(near net.Conn, in io.Reader, to string) {
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return
	}
	far, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		_, _ = io.WriteString(near, "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
		return
	}
	if !p.keep(far) {
		return
	}
	defer p.drop(far)
	if _, err := io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	if p.Looks != nil {
		p.look(near, far, host)
		return
	}
	p.carry(near, in, far)
}

// look puts itself in the place of the host, with a certificate of its own.
func (p *Proxy) look(near, far net.Conn, host string) {
	cert, err := p.Looks.Issue(host, nil)
	if err != nil {
		p.tb.Errorf("certificate: %v", err)
		return
	}
	inner := tls.Server(near, &tls.Config{Certificates: []tls.Certificate{cert}})
	if inner.Handshake() != nil {
		return // it is not trusted
	}
	// What it trusts itself is not what is tested.
	outer := tls.Client(far, &tls.Config{ServerName: host, InsecureSkipVerify: true})
	p.carry(inner, inner, outer)
}

func (p *Proxy) carry(near net.Conn, in io.Reader, far net.Conn) {
	if p.Tap != nil {
		in = p.Tap(in)
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(near, far)
		_ = near.Close()
		_, _ = io.Copy(io.Discard, far)
	}()
	_, _ = io.Copy(&cutter{p, far, near}, in)
	// What has passed arrives: an end with something unread would have it thrown away.
	if half, ok := far.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	<-back
}

// cutter breaks a connection behind so many bytes. The near end breaks first:
// what has passed arrives, and no answer comes back.
type cutter struct {
	p         *Proxy
	far, near net.Conn
}

func (c *cutter) Write(b []byte) (int, error) {
	c.p.mu.Lock()
	cut := c.p.cut >= 0 && int64(len(b)) >= c.p.cut
	if cut {
		b, c.p.cut = b[:c.p.cut], -1
	} else if c.p.cut >= 0 {
		c.p.cut -= int64(len(b))
	}
	c.p.mu.Unlock()
	if cut {
		_ = c.near.Close()
	}
	n, err := c.far.Write(b)
	if cut {
		return n, io.ErrClosedPipe
	}
	return n, err
}
