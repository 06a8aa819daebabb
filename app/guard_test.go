package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/support"

	"github.com/rs/zerolog"
)

// mark stands in everything that a test types and that no log may hold.
const mark = "CANARI-e05b"

// Every bound method turns a panic into an error: the window would wait for
// ever, and the host would log the arguments. The app has no store here, so
// that whatever reaches for it panics.
func TestGuard(t *testing.T) {
	var log bytes.Buffer
	a := New(Config{})
	a.log = zerolog.New(&log)
	a.ctx = t.Context()
	close(a.started)
	quiet := map[string]bool{} // methods that have nothing to fail at
	for _, m := range []string{"Window.Painted", "Window.Saving", "Window.Flushed", "Window.Close", "Files.Forget", "Keyring.NewCode", "Session.SigningIn", "Guard.Texts", "Launch.Openings", "Launch.Saved", "Updates.State", "Updates.Restart", "Support.Doctor", "Support.Prepare"} {
		quiet[m] = true
	}
	panicked := 0
	for _, bound := range a.Bound() {
		v := reflect.ValueOf(bound)
		if n := v.NumMethod(); n > 8 {
			t.Errorf("%s has %d methods", v.Type(), n)
		}
		for i := range v.NumMethod() {
			name := v.Elem().Type().Name() + "." + v.Type().Method(i).Name
			t.Run(name, func(t *testing.T) {
				method := v.Method(i)
				var args []reflect.Value
				for j := range method.Type().NumIn() {
					args = append(args, argument(t, method.Type().In(j)))
				}
				before := log.Len()
				out := method.Call(args) // a panic would end the test
				err, _ := out[len(out)-1].Interface().(error)
				if err == nil && !quiet[name] {
					t.Error("no error")
				}
				said := log.String()[before:]
				if strings.Contains(said, mark) {
					t.Errorf("the log has an argument: %s", said)
				}
				if strings.Contains(said, "call panicked") {
					panicked++
					if !errors.Is(err, desk.ErrInternal) || !strings.Contains(said, `"call":"`+name+`"`) {
						t.Errorf("%v, logged %s", err, said)
					}
				}
			})
		}
	}
	if panicked < 10 {
		t.Errorf("only %d calls panicked", panicked)
	}
}

// argument is a value that gets as far as possible.
func argument(t *testing.T, typ reflect.Type) reflect.Value {
	t.Helper()
	switch typ {
	case reflect.TypeFor[string]():
		return reflect.ValueOf("0198c1de-0000-7000-8000-000000000000")
	case reflect.TypeFor[[]string]():
		return reflect.ValueOf([]string{mark})
	case reflect.TypeFor[Settings]():
		return reflect.ValueOf(Settings{Language: "fr", Theme: "dark"})
	case reflect.TypeFor[Content]():
		c := content()
		c.Values[mark] = mark
		return reflect.ValueOf(c)
	}
	return reflect.Zero(typ)
}

func TestGuardPanicValue(t *testing.T) {
	var log bytes.Buffer
	a := New(Config{})
	a.log = zerolog.New(&log)
	call := func(text string) (err error) {
		defer a.guard("Test.Call", &err)
		panic("cannot handle " + text)
	}
	if err := call(mark); !errors.Is(err, desk.ErrInternal) {
		t.Errorf("%v", err)
	}
	if said := log.String(); strings.Contains(said, mark) || !strings.Contains(said, `"panic":"string"`) || !strings.Contains(said, `"func":"guichet/app.TestGuardPanicValue"`) || strings.Contains(said, ".go") {
		t.Errorf("logged %s", said)
	}
}

func TestFormatError(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"Known":    {fmt.Errorf("save draft: %w", desk.ErrDiskFull.With(errors.New(mark))), `{"code":"disk-full","problems":[],"revision":0}`},
		"Conflict": {&desk.Error{Code: "conflict", Revision: 7}, `{"code":"conflict","problems":[],"revision":7}`},
		"Unknown":  {errors.New(mark), `{"code":"internal","problems":[],"revision":0}`},
		"Invalid": {desk.Invalid(desk.Problem{Field: "subject", Code: "too-long", Max: 120, Actual: 121}),
			`{"code":"invalid","problems":[{"field":"subject","step":"details","code":"too-long","max":120,"min":0,"actual":121}],"revision":0}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := FormatError(c.err).(string)
			if !ok || got != c.want || !json.Valid([]byte(got)) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestSafe(t *testing.T) {
	path := &fs.PathError{Op: "open", Path: "/donnees/" + mark, Err: fs.ErrPermission}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"Path":         {fmt.Errorf("store: %w", path), "open: permission denied"},
		"PathWithCode": {fmt.Errorf("store: %w", desk.ErrReadOnly.With(path)), "read-only: open: permission denied"},
		"Code":         {desk.ErrOffline.With(errors.New("no answer")), "offline: no answer"},
		"Other":        {errors.New("claim: database is locked"), "claim: database is locked"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := safe(c.err); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestHostLog(t *testing.T) {
	var log bytes.Buffer
	a := New(Config{Data: t.TempDir()})
	a.log = zerolog.New(&log)
	l := a.HostLog()
	for _, say := range []func(string){l.Print, l.Trace, l.Debug, l.Info, l.Warning, l.Error} {
		say("process message error: Save([" + mark + "])")
	}
	if said := log.String(); strings.Contains(said, mark) || strings.Count(said, "\n") != 2 || !strings.Contains(said, `"host":"error"`) {
		t.Errorf("logged %s", said)
	}
	l.WebProcessDied("1")
	a.running.Wait()
	if all := must(support.Incidents(a.cfg.Data))(t); len(all) != 1 || all[0].Kind != support.KindPage {
		t.Errorf("%+v", all)
	}
	if !strings.Contains(log.String(), `"reason":"1"`) {
		t.Error("the end of the page's process is not in the log")
	}
}
