package line

import (
	"context"
	"net/url"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What this system says of a host that nothing listens on, or that there is no
// way to.
const (
	errClosed = windows.WSAECONNREFUSED
	errNoHost = windows.WSAEHOSTUNREACH
	errNoNet  = windows.WSAENETUNREACH
)

// The functions of Windows that know the user's settings and evaluate scripts.
// There is a library that calls them; it shows the user's Windows password to
// whoever offers a script and asks for it, has no bound on the time that takes,
// and gives a script up where the network's offer fails.
var (
	winhttp       = windows.NewLazySystemDLL("winhttp.dll")
	getUserConfig = winhttp.NewProc("WinHttpGetIEProxyConfigForCurrentUser")
	openSession   = winhttp.NewProc("WinHttpOpen")
	setTimeouts   = winhttp.NewProc("WinHttpSetTimeouts")
	getForURL     = winhttp.NewProc("WinHttpGetProxyForUrl")
	closeHandle   = winhttp.NewProc("WinHttpCloseHandle")
	globalFree    = windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalFree")
)

// As winhttp.h has them.
const (
	accessNoProxy   = 1
	autoDetect      = 1 // flags
	autoScript      = 2
	detectByDHCP    = 1
	detectByDNS     = 2
	scriptTimeoutMS = 4000 // of each step of fetching a script
)

type userConfig struct {
	autoDetect            int32
	script, proxy, bypass *uint16
}

type autoOptions struct {
	flags, detect uint32
	script        *uint16
	_             uintptr
	_             uint32
	logon         int32 // 0: nobody's password is shown for a script
}

type proxyInfo struct {
	access        uint32
	proxy, bypass *uint16
}

// asking is held while Windows is asked, one question at a time.
var asking = make(chan struct{}, 1)

// systemProxy is what the user's settings say of an address, "" for no proxy. A
// question that hangs is left behind: Windows ends it by its own time-outs.
func systemProxy(ctx context.Context, u *url.URL) (proxy, from string) {
	if getUserConfig.Find() != nil {
		return "", FromNothing
	}
	select {
	case asking <- struct{}{}:
	case <-ctx.Done():
		return "", FromNothing
	}
	type answer struct{ proxy, from string }
	answered := make(chan answer, 1)
	go func() {
		defer func() { <-asking }()
		proxy, from := ask(u)
		answered <- answer{proxy, from}
	}()
	select {
	case a := <-answered:
		return a.proxy, a.from
	case <-ctx.Done():
		return "", FromNothing
	}
}

// ask goes through the settings in the order that Windows has for them: what the
// network offers, the script, the proxy. What fails leads to the next.
func ask(u *url.URL) (proxy, from string) {
	var cfg userConfig
	if ok, _, _ := getUserConfig.Call(uintptr(unsafe.Pointer(&cfg))); ok == 0 {
		return "", FromNothing
	}
	script, fixed, bypass := taken(cfg.script), taken(cfg.proxy), taken(cfg.bypass)
	if cfg.autoDetect != 0 {
		if found, ok := byScript(u, &autoOptions{flags: autoDetect, detect: detectByDHCP | detectByDNS}); ok {
			return found, FromScript
		}
	}
	if script != "" {
		if text, err := windows.UTF16PtrFromString(script); err == nil {
			if found, ok := byScript(u, &autoOptions{flags: autoScript, script: text}); ok {
				return found, FromScript
			}
		}
	}
	if fixed == "" {
		return "", FromNothing
	}
	if bypassed(bypass, u.Hostname(), portOf(u)) {
		return "", FromSystem
	}
	return pickProxy(fixed, u.Scheme), FromSystem
}

// byScript has Windows evaluate a script; false when there is none to be had.
func byScript(u *url.URL, options *autoOptions) (proxy string, ok bool) {
	address, err := windows.UTF16PtrFromString(u.String())
	if err != nil {
		return "", false
	}
	session, _, _ := openSession.Call(0, accessNoProxy, 0, 0, 0)
	if session == 0 {
		return "", false
	}
	defer closeHandle.Call(session)
	_, _, _ = setTimeouts.Call(session, scriptTimeoutMS, scriptTimeoutMS, scriptTimeoutMS, scriptTimeoutMS)
	var info proxyInfo
	done, _, _ := getForURL.Call(session, uintptr(unsafe.Pointer(address)), uintptr(unsafe.Pointer(options)), uintptr(unsafe.Pointer(&info)))
	list := taken(info.proxy)
	_ = taken(info.bypass)
	if done == 0 {
		return "", false
	}
	if info.access == accessNoProxy {
		return "", true
	}
	return pickProxy(list, u.Scheme), true
}

// taken reads a text of Windows' and gives its memory back.
func taken(text *uint16) string {
	if text == nil {
		return ""
	}
	out := windows.UTF16PtrToString(text)
	_, _, _ = globalFree.Call(uintptr(unsafe.Pointer(text)))
	return out
}
