package app

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
)

func TestConfirm(t *testing.T) {
	t.Run("NothingIsStoredBefore", func(t *testing.T) {
		o := alone(t)
		id, _ := o.write(t, content())
		path, _ := pdf(t, "a.pdf", 1000)
		tokens := o.looked(t, id, path, path)
		o.nothing(t, id)
		if err := o.files.Forget(tokens); err != nil {
			t.Fatal(err)
		}
		if n, codes := o.confirm(t, id, tokens); n > 0 || !slices.Equal(codes, []string{desk.CodeUnreadable, desk.CodeUnreadable}) {
			t.Errorf("forgotten files: %d stored, %v", n, codes)
		}
		o.nothing(t, id)
	})
	t.Run("Twice", func(t *testing.T) {
		o := alone(t)
		id, _ := o.write(t, content())
		path, _ := pdf(t, "a.pdf", 1000)
		tokens := o.looked(t, id, path)
		for range 2 {
			out := must(o.files.Confirm(id, append(tokens, tokens...), wording, nil))(t)
			if len(out.Files) != 1 || len(out.Refused) > 0 || len(o.stored(t)) != 1 {
				t.Errorf("%+v, %d stored", out, len(o.stored(t)))
			}
		}
	})
	t.Run("ErrWording", func(t *testing.T) {
		o := alone(t)
		id, _ := o.write(t, content())
		path, _ := pdf(t, "a.pdf", 1000)
		tokens := o.looked(t, id, path)
		for _, w := range []string{"", " \t\n", strings.Repeat("w", 41)} {
			_, err := o.files.Confirm(id, tokens, w, nil)
			fails(t, err, desk.ErrInvalid)
			if e, ok := err.(*desk.Error); !ok || len(e.Problems) != 1 || e.Problems[0].Code != desk.CodeNotConfirmed {
				t.Errorf("%v", err)
			}
			o.nothing(t, id)
		}
		if out := must(o.files.Confirm(id, tokens, wording, nil))(t); len(out.Files) != 1 {
			t.Errorf("lost by the refusal: %+v", out)
		}
	})
	t.Run("AnotherDraftsToken", func(t *testing.T) {
		o := alone(t)
		id, _ := o.write(t, content())
		other, _ := o.write(t, content())
		path, _ := pdf(t, "a.pdf", 1000)
		tokens := o.looked(t, id, path)
		must(o.files.Confirm(other, tokens, wording, nil))(t)
		o.nothing(t, other)
		if out := must(o.files.Confirm(id, tokens, wording, nil))(t); len(out.Files) != 1 {
			t.Errorf("%+v", out)
		}
	})
	t.Run("TheOriginalMayGoAfterwards", func(t *testing.T) {
		o, p := desktop(t)
		id, revision := o.write(t, content())
		changed, first := pdf(t, "a.pdf", 1000)
		gone, second := pdf(t, "b.pdf", 1000)
		o.attach(t, id, changed, gone)
		put(t, changed, []byte("autre chose"))
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
		must(o.drafts.Submit(id, revision))(t)
		o.received(t, id)
		files := arrived(t, p, claire)[0].Files
		for i, want := range [][]byte{first, second} {
			if got := ask(t, p, claire, "/v1/requests/"+id+"/files/"+files[i].ID); string(got) != string(want) {
				t.Errorf("file %d arrived otherwise than it was confirmed", i)
			}
		}
	})
	t.Run("ByThePicker", func(t *testing.T) {
		o := alone(t)
		id, _ := o.write(t, content())
		path, _ := pdf(t, "a.pdf", 1000)
		o.shell.pick = func(string) ([]string, error) { return []string{path}, nil }
		if c := must(o.files.Choose(id, "Choisir"))(t); len(c) != 1 || c[0].Token == "" || c[0].NeedsBytes || c[0].Media != "application/pdf" {
			t.Errorf("%+v", c)
		}
		o.shell.pick = func(string) ([]string, error) { return nil, nil } // cancelled
		if c := must(o.files.Choose(id, "Choisir"))(t); c == nil || len(c) != 0 {
			t.Errorf("%+v", c)
		}
		o.nothing(t, id)
	})
}

// What changes between the look and the confirmation is judged again, by what
// would be stored.
func TestChangedBeforeConfirm(t *testing.T) {
	for name, c := range map[string]struct {
		change func(path string) error
		want   string
	}{
		"Empty":       {func(path string) error { return os.Truncate(path, 0) }, desk.CodeEmptyFile},
		"TooBig":      {func(path string) error { return os.Truncate(path, 1<<20+1) }, desk.CodeTooBig},
		"AnotherType": {func(path string) error { return os.WriteFile(path, picture(t), 0o600) }, desk.CodeFileMismatch},
		"Gone":        {os.Remove, desk.CodeUnreadable},
		"AFolder": {func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Mkdir(path, 0o700)
		}, desk.CodeUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			o := alone(t)
			// A limit of a megabyte, so that nothing large has to be copied.
			small := o.app.catalogues.known[own]
			small.Version, small.Types = own+1, slices.Clone(small.Types)
			for i := range small.Types {
				small.Types[i].Files.MaxBytes = 1 << 20
			}
			o.app.catalogues.add(small)
			id, _ := o.write(t, content())
			path, _ := pdf(t, "a.pdf", 1000)
			tokens := o.looked(t, id, path)
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			out := must(o.files.Confirm(id, tokens, wording, nil))(t)
			if len(out.Refused) != 1 || out.Refused[0].Problem == nil || out.Refused[0].Problem.Code != c.want || out.Refused[0].Name != "a.pdf" {
				t.Errorf("%+v", out)
			}
			o.nothing(t, id)
		})
	}
}

func TestSameBytes(t *testing.T) {
	o, p := desktop(t)
	id, revision := o.write(t, content())
	path, original := pdf(t, "a.pdf", 5000)
	again := strings.Replace(path, "a.pdf", "b.pdf", 1)
	put(t, again, original)
	o.attach(t, id, path)

	t.Run("UnderTwoNamesAreStoredOnce", func(t *testing.T) {
		if files := o.attach(t, id, again); len(files) != 2 || len(o.stored(t)) != 1 {
			t.Errorf("%d files, %d stored", len(files), len(o.stored(t)))
		}
	})
	t.Run("UnderTheSameNameAreRefused", func(t *testing.T) {
		out := must(o.files.Confirm(id, o.looked(t, id, path), wording, nil))(t)
		if len(out.Files) != 2 || len(out.Refused) != 1 || out.Refused[0].Problem.Code != desk.CodeAlreadyPicked || len(o.stored(t)) != 1 {
			t.Errorf("%+v, %d stored", out, len(o.stored(t)))
		}
	})
	t.Run("AreThereForBoth", func(t *testing.T) {
		files := must(o.drafts.Open(id))(t).Files
		if left := must(o.files.Remove(id, files[0].ID))(t); len(left) != 1 || left[0].Name != "b.pdf" {
			t.Errorf("%+v", left)
		}
		if back := must(o.files.Restore(id, files[0].ID))(t); len(back) != 2 {
			t.Errorf("%+v", back)
		}
		must(o.files.Remove(id, files[0].ID))(t)
		must(o.drafts.Submit(id, revision))(t)
		o.received(t, id)
		held := arrived(t, p, claire)[0].Files
		if len(held) != 1 || held[0].Name != "b.pdf" || string(ask(t, p, claire, "/v1/requests/"+id+"/files/"+held[0].ID)) != string(original) {
			t.Errorf("%+v", held)
		}
	})
}

// A file that is no longer what was confirmed does not leave; the original,
// attached again, does, and not as another name for the damaged copy.
func TestStoredBytesAltered(t *testing.T) {
	o, p := desktop(t)
	id, revision := o.write(t, content())
	path, original := pdf(t, "a.pdf", 1000)
	elsewhere, _ := o.write(t, content()) // the same bytes stand in another draft
	o.attach(t, elsewhere, path)
	o.attach(t, id, path)
	stored := o.data + "/files/" + o.stored(t)[0]
	put(t, stored, []byte(strings.Repeat("x", 1000)))
	must(o.drafts.Submit(id, revision))(t)
	await(t, "it comes back", func() bool { return o.status(t, id).Status == string(desk.StatusToCorrect) })
	r := must(o.requests.Open(id))(t)
	if r.Item.Reason != desk.ReasonFileMissing || len(problems(r.Problems, desk.KeyFiles)) != 1 {
		t.Errorf("%s, %+v", r.Item.Reason, r.Problems)
	}
	if got := arrived(t, p, claire); len(got) > 0 && got[0].Number != "" {
		t.Error("numbered with other bytes")
	}
	d := must(o.drafts.Correct(id))(t)
	must(o.files.Remove(id, d.Files[0].ID))(t)
	o.attach(t, id, path)
	must(o.drafts.Submit(id, d.Revision))(t)
	o.received(t, id)
	held := arrived(t, p, claire)[0].Files
	if len(held) != 1 || string(ask(t, p, claire, "/v1/requests/"+id+"/files/"+held[0].ID)) != string(original) {
		t.Errorf("%+v", held)
	}
}

func TestProgressOfACopy(t *testing.T) {
	o := wire(New(Config{Data: t.TempDir(), Portal: nobody}))
	at := time.Now()
	o.app.Now = func() time.Time { return at } // no time to tell anything but the end
	o.app.Start(o.shell)
	t.Cleanup(o.app.Stop)
	id, _ := o.write(t, content())
	path, original := pdf(t, "a.pdf", 600<<10)
	tokens := o.looked(t, id, path)
	must(o.files.Confirm(id, tokens, wording, nil))(t)
	if !o.shell.heard("progress", Progress{Token: tokens[0], Done: int64(len(original)), Total: int64(len(original))}) {
		t.Errorf("%+v", o.shell.events)
	}
}

// A copy under way is cut by Forget, and nothing of it stays.
func TestCopyGivenUp(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path, _ := pdf(t, "a.pdf", 2<<20)
	tokens := o.looked(t, id, path)
	o.shell.emit = func(e event) {
		if p, ok := e.data.(Progress); ok && p.Done < p.Total {
			if err := o.files.Forget(tokens); err != nil {
				t.Error(err)
			}
		}
	}
	if out := must(o.files.Confirm(id, tokens, wording, nil))(t); len(out.Files) > 0 {
		t.Errorf("%+v", out.Files)
	}
	o.nothing(t, id)
}

// So is one that is whole already and waits for its row.
func TestCopyGivenUpAtItsEnd(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path, _ := pdf(t, "a.pdf", 2<<20)
	tokens := o.looked(t, id, path)
	o.app.filing.Lock()
	done := make(chan Attached)
	go func() {
		out, err := o.files.Confirm(id, tokens, wording, nil)
		if err != nil {
			t.Error(err)
		}
		done <- out
	}()
	await(t, "its bytes are stored", func() bool {
		names := o.stored(t)
		return len(names) == 1 && !strings.HasSuffix(names[0], ".part")
	})
	err := o.files.Forget(tokens)
	o.app.filing.Unlock()
	if out := <-done; len(out.Files) > 0 || err != nil {
		t.Errorf("%+v, %v", out.Files, err)
	}
	o.nothing(t, id)
}
