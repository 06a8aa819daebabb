package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"guichet/app"
)

// errCut is the end of a call that was never answered: the program died.
var errCut = errors.New("the desk died before it answered")

// answerWithin is how long a call may take: a promise that stays open is a
// fault of the bridge.
const answerWithin = 60 * time.Second

// refusal is what the window is told when a call fails.
type refusal struct {
	Code     string        `json:"code"`
	Problems []app.Problem `json:"problems"`
	Revision int64         `json:"revision"`
}

func (r *refusal) Error() string { return "refused: " + r.Code }

// bridge is the window's end of Guichet's bridge: it sends the messages that
// the page's runtime sends, and takes a call for done when its answer is here.
type bridge struct {
	send func(message string) error
	gone chan struct{} // closed when no answer can come any more

	mu   sync.Mutex
	last int
	open map[string]chan bridgeAnswer // by the call's id
}

// bridgeCall and bridgeAnswer are the two messages, behind a 'C' and a 'c'.
type bridgeCall struct {
	Name string            `json:"name"`
	Args []json.RawMessage `json:"args"`
	ID   string            `json:"callbackID"`
}

type bridgeAnswer struct {
	Result json.RawMessage `json:"result"`
	Error  *string         `json:"error"`
	ID     string          `json:"callbackid"`
}

func newBridge(send func(string) error) *bridge {
	return &bridge{send: send, gone: make(chan struct{}), open: map[string]chan bridgeAnswer{}}
}

// heard takes what the other end says; what is no answer to a call is an event.
func (b *bridge) heard(message string) {
	var a bridgeAnswer
	if !strings.HasPrefix(message, "c{") || json.Unmarshal([]byte(message[1:]), &a) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c, ok := b.open[a.ID]; ok {
		delete(b.open, a.ID)
		c <- a
	}
}

// call calls a bound method, such as "Drafts.Save", and reads its result into
// out, which may be nil. It fails with a *refusal, or with errCut.
func (b *bridge) call(method string, out any, args ...any) error {
	call := bridgeCall{Name: "app." + method, Args: []json.RawMessage{}}
	for _, a := range args {
		raw, err := json.Marshal(a)
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		call.Args = append(call.Args, raw)
	}
	answered := make(chan bridgeAnswer, 1)
	b.mu.Lock()
	b.last++
	call.ID = fmt.Sprintf("%s-%d", call.Name, b.last)
	b.open[call.ID] = answered
	b.mu.Unlock()
	message, err := json.Marshal(call)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if b.send("C"+string(message)) != nil {
		return errCut
	}
	late := time.NewTimer(answerWithin)
	defer late.Stop()
	select {
	case a := <-answered:
		return a.read(method, out)
	case <-b.gone:
	case <-late.C:
		return fmt.Errorf("%s: no answer within %s", method, answerWithin)
	}
	select { // the answer may have come before the end
	case a := <-answered:
		return a.read(method, out)
	default:
		return errCut
	}
}

func (a bridgeAnswer) read(method string, out any) error {
	if a.Error != nil {
		r := &refusal{}
		if err := json.Unmarshal([]byte(*a.Error), r); err != nil {
			return fmt.Errorf("%s: an error that is none of ours: %s", method, *a.Error)
		}
		return fmt.Errorf("%s: %w", method, r)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(a.Result, out); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// codeOf is the code of a refusal, "" for any other error.
func codeOf(err error) string {
	var r *refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

// dispatch answers one message as the window's host does.
func dispatch(bound []any, message string) string {
	var c bridgeCall
	if err := json.Unmarshal([]byte(message[1:]), &c); err != nil {
		return ""
	}
	a := bridgeAnswer{ID: c.ID}
	result, err := invoke(bound, c)
	if err == nil && result != nil {
		a.Result, err = json.Marshal(result)
	}
	if err != nil {
		text := fmt.Sprint(app.FormatError(err))
		a.Error = &text
	}
	answer, err := json.Marshal(a)
	if err != nil {
		return ""
	}
	return "c" + string(answer)
}

// invoke finds the bound method and calls it.
func invoke(bound []any, c bridgeCall) (any, error) {
	for _, b := range bound {
		v := reflect.ValueOf(b)
		name, ok := strings.CutPrefix(c.Name, v.Elem().Type().String()+".")
		if !ok {
			continue
		}
		m := v.MethodByName(name)
		if !m.IsValid() || m.Type().NumIn() != len(c.Args) {
			break
		}
		var in []reflect.Value
		for i, raw := range c.Args {
			arg := reflect.New(m.Type().In(i))
			if err := json.Unmarshal(raw, arg.Interface()); err != nil {
				return nil, err
			}
			in = append(in, arg.Elem())
		}
		out := m.Call(in)
		err, _ := out[len(out)-1].Interface().(error)
		if len(out) == 1 {
			return nil, err
		}
		return out[0].Interface(), err
	}
	return nil, fmt.Errorf("no method %s with %d arguments", c.Name, len(c.Args))
}

// silentShell is a host without a window.
type silentShell struct{}

func (silentShell) Emit(string, ...any)                     {}
func (silentShell) Hide()                                   {}
func (silentShell) Raise()                                  {}
func (silentShell) PickFiles(string) ([]string, error)      { return nil, nil }
func (silentShell) SaveFile(string, string) (string, error) { return "", nil }
func (silentShell) OpenURL(string) error                    { return nil }
func (silentShell) OpenFile(string) error                   { return nil }
func (silentShell) Notify(string, string, string) error     { return nil }
func (silentShell) Print()                                  {}
func (silentShell) Quit()                                   {}

// bridgeTo is a bridge to an app in this process.
func bridgeTo(a *app.App) *bridge {
	var b *bridge
	bound := a.Bound()
	b = newBridge(func(message string) error {
		go func() { b.heard(dispatch(bound, message)) }()
		return nil
	})
	return b
}
