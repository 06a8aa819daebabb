package update

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"
)

func TestOpen(t *testing.T) {
	key, second, other := newSigner(t), newSigner(t), newSigner(t)
	keys := []string{key.public, second.public}
	body := encode(t, manifest(3, release(t, "2.0.0", []byte("program"))))
	legacy := minisign.Sign(key.private, body)
	for name, c := range map[string]struct {
		body, signature []byte
		keys            []string
		want            error
	}{
		"OK":             {body, key.sign(body), keys, nil},
		"OKSecondKey":    {body, second.sign(body), keys, nil},
		"OKNotHashed":    {body, legacy, keys, nil}, // as older minisign signs
		"OKOtherComment": {body, bytes.Replace(key.sign(body), []byte("signature from"), []byte("anything of"), 1), keys, nil},
		"ErrNoSignature": {body, nil, keys, ErrUnsigned},
		"ErrPage":        {body, []byte("<html>\n<body>\nBienvenue\n</html>"), keys, ErrUnsigned},
		"ErrOtherKey":    {body, other.sign(body), keys, ErrKey},
		"ErrNoKeys":      {body, key.sign(body), nil, ErrKey},
		"ErrAltered":     {bytes.Replace(body, []byte("2.0.0"), []byte("9.0.0"), 1), key.sign(body), keys, ErrAltered},
		"ErrSpaceAdded":  {append(bytes.Clone(body), ' '), key.sign(body), keys, ErrAltered},
		"ErrTrustedComment": {body, bytes.Replace(key.sign(body), []byte("timestamp:1"), []byte("timestamp:2"), 1), keys,
			ErrAltered},
		"ErrOfAnother": {body, key.sign([]byte("{}")), keys, ErrAltered},
		"ErrTooLarge":  {append(bytes.Clone(body), bytes.Repeat([]byte{' '}, MaxManifest)...), key.sign(body), keys, ErrTooLarge},
		"ErrNoJSON":    {[]byte("Bonjour"), key.sign([]byte("Bonjour")), keys, ErrManifest},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Open(c.body, c.signature, c.keys)
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if err == nil && m.Releases[0].Version != "2.0.0" || err != nil && m.Releases != nil {
				t.Errorf("got %+v", m)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(m *Manifest)
		want   error
	}{
		"OK":           {func(*Manifest) {}, nil},
		"OKBeta":       {func(m *Manifest) { m.Releases[0].Version = "2.1.0-beta.2" }, nil},
		"OKNotes":      {func(m *Manifest) { m.Releases[0].Notes.FR = "Plus rapide :\nl’agenda 👩‍⚕️" }, nil},
		"ErrFormat":    {func(m *Manifest) { m.Format = 2 }, ErrManifest},
		"ErrProduct":   {func(m *Manifest) { m.Product = "" }, ErrManifest},
		"ErrChannel":   {func(m *Manifest) { m.Channel = "../stable" }, ErrManifest},
		"ErrPlatform":  {func(m *Manifest) { m.Platform = "windows" }, ErrManifest},
		"ErrSerial":    {func(m *Manifest) { m.Serial = 0 }, ErrManifest},
		"ErrTimes":     {func(m *Manifest) { m.Expires = m.Published }, ErrManifest},
		"ErrNever":     {func(m *Manifest) { m.Published = time.Time{} }, ErrManifest},
		"ErrNothing":   {func(m *Manifest) { m.Releases = nil }, ErrManifest},
		"ErrMany":      {func(m *Manifest) { m.Releases = make([]Release, maxReleases+1) }, ErrManifest},
		"ErrTwice":     {func(m *Manifest) { m.Releases = append(m.Releases, m.Releases[0]) }, ErrManifest},
		"ErrVersion":   {func(m *Manifest) { m.Releases[0].Version = "2.0" }, ErrManifest},
		"ErrVersionV":  {func(m *Manifest) { m.Releases[0].Version = "v2.0.0" }, ErrManifest},
		"ErrCommit":    {func(m *Manifest) { m.Releases[0].Version = "2.0.0-4-gabcdef0" }, ErrManifest},
		"ErrFrom":      {func(m *Manifest) { m.Releases[0].From = "3.0.0" }, ErrManifest},
		"ErrPath":      {func(m *Manifest) { m.Releases[0].File = "../guichet" }, ErrManifest},
		"ErrBackslash": {func(m *Manifest) { m.Releases[0].File = `a\b` }, ErrManifest},
		"ErrAddress":   {func(m *Manifest) { m.Releases[0].File = "https:guichet" }, ErrManifest},
		"ErrNoName":    {func(m *Manifest) { m.Releases[0].File = ".." }, ErrManifest},
		"ErrNoSize":    {func(m *Manifest) { m.Releases[0].Size = 0 }, ErrManifest},
		"ErrTooLarge":  {func(m *Manifest) { m.Releases[0].Size = MaxPackage + 1 }, ErrTooLarge},
		"ErrHash":      {func(m *Manifest) { m.Releases[0].SHA256 = strings.ToUpper(m.Releases[0].SHA256) }, ErrManifest},
		"ErrShortHash": {func(m *Manifest) { m.Releases[0].SHA256 = "abcd" }, ErrManifest},
		"ErrNotesLong": {func(m *Manifest) { m.Releases[0].Notes.EN = strings.Repeat("é", maxNotes+1) }, ErrManifest},
		"ErrNotesBell": {func(m *Manifest) { m.Releases[0].Notes.EN = "a\x07" }, ErrManifest},
		"ErrNotesTurn": {func(m *Manifest) { m.Releases[0].Notes.EN = "a\u202eb" }, ErrManifest},
	} {
		t.Run(name, func(t *testing.T) {
			m := manifest(3, release(t, "2.0.0", []byte("program")))
			c.change(&m)
			_, err := Parse(encode(t, m))
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	t.Run("OKFieldsOfLater", func(t *testing.T) {
		body := bytes.Replace(encode(t, manifest(3, release(t, "2.0.0", nil))), []byte(`{"format"`), []byte(`{"signedBy":"x","format"`), 1)
		body = bytes.Replace(body, []byte(`"size":0`), []byte(`"size":7,"delta":true`), 1)
		if _, err := Parse(body); err != nil {
			t.Error(err)
		}
	})
	t.Run("ErrMore", func(t *testing.T) {
		if _, err := Parse(append(encode(t, manifest(3, release(t, "2.0.0", []byte("p")))), "{}"...)); !errors.Is(err, ErrManifest) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAdmitAndPick(t *testing.T) {
	now := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		versions []string // each perhaps with @ and the oldest that it replaces, ! urgent, ~ published yesterday
		change   func(m *Manifest, w *want)
		picked   string
		want     error
	}{
		"Newer":          {[]string{"1.1.0"}, nil, "1.1.0", nil},
		"Newest":         {[]string{"1.1.0", "1.10.0", "1.9.0"}, nil, "1.10.0", nil},
		"Same":           {[]string{"1.0.0"}, nil, "", nil},
		"SameAndOlder":   {[]string{"0.9.0", "1.0.0"}, nil, "", nil},
		"Step":           {[]string{"1.1.0", "2.0.0@1.1.0"}, nil, "1.1.0", nil},
		"BetaIsOlder":    {[]string{"1.0.0-beta.1"}, nil, "", ErrDowngrade},
		"Downgrade":      {[]string{"0.9.0", "0.8.0"}, nil, "", ErrDowngrade},
		"TooOld":         {[]string{"2.0.0@1.5.0", "0.9.0"}, nil, "", ErrTooOld},
		"Refused":        {[]string{"1.1.0"}, func(_ *Manifest, w *want) { w.refused = map[string]bool{"1.1.0": true} }, "", ErrRefused},
		"RefusedNotNext": {[]string{"1.1.0", "1.2.0"}, func(_ *Manifest, w *want) { w.refused = map[string]bool{"1.1.0": true} }, "1.2.0", nil},
		"Deferred":       {[]string{"1.1.0~"}, func(_ *Manifest, w *want) { w.wait = 7 * 24 * time.Hour }, "", ErrDeferred},
		"DeferredOldest": {[]string{"1.1.0", "1.2.0~"}, func(_ *Manifest, w *want) { w.wait = 7 * 24 * time.Hour }, "1.1.0", nil},
		"UrgentGoes":     {[]string{"1.1.0~!"}, func(_ *Manifest, w *want) { w.wait = 7 * 24 * time.Hour }, "1.1.0", nil},
		"SignedAnew": {[]string{"1.1.0"}, func(m *Manifest, w *want) {
			m.Published, w.wait = now, 7*24*time.Hour
		}, "1.1.0", nil},
		"OtherProduct":  {[]string{"1.1.0"}, func(m *Manifest, _ *want) { m.Product = "caisse" }, "", ErrProduct},
		"OtherChannel":  {[]string{"1.1.0"}, func(m *Manifest, _ *want) { m.Channel = "beta" }, "", ErrChannel},
		"OtherPlatform": {[]string{"1.1.0"}, func(m *Manifest, _ *want) { m.Platform = "plan9-arm" }, "", ErrPlatform},
		"OlderSerial":   {[]string{"1.1.0"}, func(_ *Manifest, w *want) { w.last.Serial = 4 }, "", ErrReplayed},
		"SameSerial":    {[]string{"1.1.0"}, func(_ *Manifest, w *want) { w.last = seen{3, "sum"} }, "1.1.0", nil},
		"SerialTwice":   {[]string{"1.1.0"}, func(_ *Manifest, w *want) { w.last = seen{3, "another"} }, "", ErrReplayed},
		"Stale":         {[]string{"1.1.0"}, func(m *Manifest, _ *want) { m.Expires = now }, "", ErrStale},
	} {
		t.Run(name, func(t *testing.T) {
			var releases []Release
			for _, v := range c.versions {
				v, urgent := strings.CutSuffix(v, "!")
				v, fresh := strings.CutSuffix(v, "~")
				v, from, _ := strings.Cut(v, "@")
				r := release(t, v, []byte(v))
				r.From, r.Urgent = from, urgent
				if r.Published = now.AddDate(0, 0, -8); fresh {
					r.Published = now.AddDate(0, 0, -1)
				}
				releases = append(releases, r)
			}
			m := manifest(3, releases...)
			w := want{channel: StableChannel, platform: Platform(), version: "v1.0.0"}
			if c.change != nil {
				c.change(&m, &w)
			}
			var r Release
			err := w.admit(m, "sum", now)
			if err == nil {
				r, err = w.pick(m, now)
			}
			if r.Version != c.picked || !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("picked %q, %v; want %q, %v", r.Version, err, c.picked, c.want)
			}
		})
	}
}

func TestReleased(t *testing.T) {
	for version, want := range map[string]bool{
		"1.2.3": true, "v1.2.3": true, "1.2.3-beta.1": true,
		"": false, "dev": false, "1.2": false, "abc1234": false, "v1.2.3-4-gabc1234": false, "v1.2.3-dirty": false, "1.2.3+build": false, "01.2.3": false, "1.2.3 ": false,
	} {
		if Released(version) != want {
			t.Errorf("%q: %v", version, !want)
		}
	}
}

// The original minisign reads what we sign, and we read what it signs.
func TestMinisign(t *testing.T) {
	if _, err := exec.LookPath("minisign"); err != nil {
		if os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
			t.Fatal("minisign is missing (package minisign)")
		}
		t.Skip("needs the original (package minisign)")
	}
	key := newSigner(t)
	dir := t.TempDir()
	body := encode(t, manifest(3, release(t, "2.0.0", []byte("program"))))
	file := filepath.Join(dir, "m.json")
	put(t, file, string(body))
	put(t, file+".minisig", string(key.sign(body)))
	if out, err := exec.CommandContext(t.Context(), "minisign", "-V", "-P", key.public, "-m", file).CombinedOutput(); err != nil {
		t.Errorf("the original refuses ours: %v: %s", err, out)
	}
	for _, kind := range []string{"-l", "-H"} {
		make := exec.CommandContext(t.Context(), "minisign", "-G", "-W", "-f", "-p", filepath.Join(dir, "k.pub"), "-s", filepath.Join(dir, "k"))
		if out, err := make.CombinedOutput(); err != nil {
			t.Skipf("this minisign makes no key without a password: %v: %s", err, out)
		}
		if out, err := exec.CommandContext(t.Context(), "minisign", "-S", kind, "-s", filepath.Join(dir, "k"), "-m", file).CombinedOutput(); err != nil {
			t.Fatalf("sign: %v: %s", err, out)
		}
		public, err := os.ReadFile(filepath.Join(dir, "k.pub"))
		if err != nil {
			t.Fatal(err)
		}
		signature, err := os.ReadFile(file + ".minisig")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Fields(string(public))
		if _, err := Open(body, signature, []string{lines[len(lines)-1]}); err != nil {
			t.Errorf("%s: we refuse the original's: %v", kind, err)
		}
	}
}

func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		scope      string
		said, want Policy
	}{
		{ScopeNone, PolicyAuto, PolicyOff}, {ScopeNone, "", PolicyOff},
		{ScopeUser, "", PolicyAuto}, {ScopeUser, PolicyAuto, PolicyAuto}, {ScopeUser, PolicyNotify, PolicyNotify}, {ScopeUser, PolicyOff, PolicyOff}, {ScopeUser, "soon", PolicyNotify},
		{ScopeMachine, "", PolicyNotify}, {ScopeMachine, PolicyAuto, PolicyNotify}, {ScopeMachine, PolicyOff, PolicyOff},
	} {
		if got := c.said.For(Install{Scope: c.scope}); got != c.want {
			t.Errorf("%q for %q is %q, want %q", c.said, c.scope, got, c.want)
		}
	}
}

func TestReadInstall(t *testing.T) {
	dir := t.TempDir()
	exe := filepath.Join(dir, "guichet")
	for body, want := range map[string]string{
		"": ScopeNone, `{"scope":"user","kind":"nsis"}`: ScopeUser, `{"scope":"machine","kind":"deb","more":1}`: ScopeMachine, `{"scope":"galaxy"}`: "error", `{`: "error",
	} {
		if body != "" {
			put(t, filepath.Join(dir, installFile), body)
		}
		i, err := ReadInstall(exe)
		if (err != nil) != (want == "error") || err == nil && i.Scope != want {
			t.Errorf("%q: %+v, %v", body, i, err)
		}
		_ = os.Remove(filepath.Join(dir, installFile))
	}
}

// Whatever is read as a manifest is one, and can be written and read again.
func FuzzParse(f *testing.F) {
	m := manifest(3, Release{Version: "2.0.0", From: "1.0.0", Published: time.Unix(1, 0).UTC(), File: "guichet", Size: 7, SHA256: strings.Repeat("ab", 32), Urgent: true})
	body, err := json.Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	for _, cut := range []string{`{}`, `null`, `[]`, `{"releases":null}`, `{"format":1,"releases":[{}]}`, `{"serial":1e3}`, "\xff"} {
		f.Add([]byte(cut))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := Parse(body)
		if err != nil {
			var fault Fault
			if !errors.As(err, &fault) {
				t.Errorf("no fault: %v", err)
			}
			return
		}
		for _, r := range m.Releases {
			if r.File != filepath.Base(r.File) || strings.ContainsAny(r.File, `/\:`) || r.Size < 1 || r.Size > MaxPackage || !Released(r.Version) || len(r.SHA256) != 64 {
				t.Errorf("let through: %+v", r)
			}
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		if _, err := Parse(again); err != nil && len(again) <= MaxManifest {
			t.Errorf("cannot be read again: %v", err)
		}
	})
}
