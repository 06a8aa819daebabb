package presence

import (
	"context"
	"encoding/binary"
	"errors"
	"os/user"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"go.uber.org/goleak"
)

func info(level, state, flags uint32) []byte {
	out := make([]byte, 232)
	for at, v := range map[int]uint32{0: level, 4: 0xAAAAAAAA, 8: 7, 12: state, 16: flags} {
		binary.LittleEndian.PutUint32(out[at:], v)
	}
	return out
}

func TestMeaning(t *testing.T) {
	const active, unknown = 0, 0xFFFFFFFF
	for name, c := range map[string]struct {
		body   []byte
		locked bool
		err    string
	}{
		"Locked":               {body: info(1, active, wtsLocked), locked: true},
		"Unlocked":             {body: info(1, active, wtsUnlocked)},
		"AnotherPersonsTurn":   {body: info(1, wtsDisconnected, wtsUnlocked), locked: true},
		"DisconnectedUnknown":  {body: info(1, wtsDisconnected, unknown), locked: true},
		"ErrUnknown":           {body: info(1, active, unknown), err: errUnknown.Error()},
		"ErrLevel":             {body: info(2, active, wtsLocked), err: "level 2"},
		"ErrShort":             {body: info(1, active, wtsLocked)[:19], err: "19 bytes"},
		"ErrEmpty":             {err: "0 bytes"},
		"NothingAfterTheFlags": {body: info(1, active, wtsLocked)[:20], locked: true},
	} {
		t.Run(name, func(t *testing.T) {
			locked, err := meaning(c.body)
			if locked != c.locked || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("locked %v, %v", locked, err)
			}
		})
	}
}

// The call itself: who is at this session is known from elsewhere.
func TestInformation(t *testing.T) {
	const userName = 5
	body, err := information(userName)
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	var name []uint16
	for i := 0; i+1 < len(body) && binary.LittleEndian.Uint16(body[i:]) != 0; i += 2 {
		name = append(name, binary.LittleEndian.Uint16(body[i:]))
	}
	if got := string(utf16.Decode(name)); !strings.EqualFold(got, me.Username[strings.LastIndex(me.Username, `\`)+1:]) {
		t.Errorf("%d bytes: %q, and not %q", len(body), got, me.Username)
	}
	if _, err := information(0xFFFF); err == nil {
		t.Error("a class that does not exist is answered")
	}
}

// Windows tells; Wine does not, and says so at once.
func TestWatch(t *testing.T) {
	defer goleak.VerifyNone(t)
	_, unanswered := state()
	t.Logf("the state of this session: %v", unanswered)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Watch(ctx, func(locked bool) { t.Logf("locked is %v", locked) })
	if unanswered != nil && !errors.Is(unanswered, errUnknown) {
		if !errors.Is(err, ErrNone) {
			t.Errorf("it cannot tell, and yet: %v", err)
		}
		return
	}
	if err != nil {
		t.Error(err)
	}
}

func TestPoll(t *testing.T) {
	const locked, unlocked, fails, unknown = "locked", "unlocked", "fails", "unknown"
	for name, c := range map[string]struct {
		answers []string
		told    []bool
		none    bool
	}{
		"OK":            {answers: []string{unlocked, locked, locked, unlocked, locked}, told: []bool{true, false, true}},
		"LockedAtFirst": {answers: []string{locked, locked, unlocked}, told: []bool{true, false}},
		"UnknownFirst":  {answers: []string{unknown, unknown, locked}, told: []bool{true}},
		"FailsLater":    {answers: []string{locked, fails, unknown, locked, unlocked, fails, unlocked}, told: []bool{true, false}},
		"ErrNone":       {answers: []string{fails}, none: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var told []bool
				asked := 0
				began := time.Now()
				err := poll(ctx, func(l bool) { told = append(told, l) }, func() (bool, error) {
					answer := c.answers[asked]
					if asked++; asked == len(c.answers) {
						time.AfterFunc(time.Second, cancel)
					}
					switch answer {
					case fails:
						return false, errors.New("fails")
					case unknown:
						return false, errUnknown
					}
					return answer == locked, nil
				}, 2*time.Second)
				if c.none != errors.Is(err, ErrNone) || !c.none && err != nil {
					t.Errorf("it ended with %v", err)
				}
				if took := time.Since(began); !c.none && took != time.Duration(len(c.answers)*2-1)*time.Second {
					t.Errorf("%d answers in %v", len(c.answers), took)
				}
				if len(told) != len(c.told) {
					t.Fatalf("told %v, want %v", told, c.told)
				}
				for i := range told {
					if told[i] != c.told[i] {
						t.Fatalf("told %v, want %v", told, c.told)
					}
				}
			})
		})
	}
}
