package sqlite

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/desk"
)

// Who is known, what they show and who was at the desk outlive a start; each
// person's tokens are theirs, and names can be read before any key is open.
func TestRoster(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	sealer := &lockable{locked: map[string]bool{}}
	s := openWith(t, dir, sealer)
	if at, err := s.AtDesk(ctx); at != "" || err != nil {
		t.Errorf("%q is at the desk, %v", at, err)
	}
	claire := desk.Person{ID: "claire", Name: "Claire", Practices: []desk.Practice{{ID: "p", Roles: []desk.Role{desk.RoleAdmin}}}}
	for i, p := range []desk.Person{claire, {ID: "marc", Name: "Marc"}} {
		// Tokens may be there first.
		if err := s.KeepTokens(ctx, p.ID, []byte("canary-"+p.ID)); err != nil {
			t.Fatal(err)
		}
		if err := s.Remember(ctx, p, at.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.bring(ctx, "sophie", nil, "7", at); err != nil { // known by a cursor alone
		t.Fatal(err)
	}
	if err := s.SetAtDesk(ctx, "claire"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sealer.locked = map[string]bool{"claire": true, "marc": true}
	s = openWith(t, dir, sealer)
	people, err := s.People(ctx)
	if err != nil || len(people) != 2 || people[0].Name != "Marc" || people[1].Practices[0].Roles[0] != desk.RoleAdmin {
		t.Errorf("known: %+v, %v", people, err)
	}
	if at, err := s.AtDesk(ctx); at != "claire" || err != nil {
		t.Errorf("%q is at the desk, %v", at, err)
	}
	if _, err := s.Tokens(ctx, "claire"); !errors.Is(err, desk.ErrLocked) {
		t.Errorf("locked: %v", err)
	}
	sealer.locked["claire"] = false
	if got, err := s.Tokens(ctx, "claire"); string(got) != "canary-claire" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := s.Remember(ctx, claire, at); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Tokens(ctx, "claire"); string(got) != "canary-claire" || err != nil {
		t.Errorf("behind a Remember: %q, %v", got, err)
	}
	for _, person := range []string{"claire", "nobody"} {
		if err := s.KeepTokens(ctx, person, nil); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Tokens(ctx, person); got != nil || err != nil {
			t.Errorf("%s has %q, %v", person, got, err)
		}
	}
}

// Tokens that were altered sign nobody in; they are no damage.
func TestRosterAltered(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := openWith(t, dir, &lockable{})
	if err := s.KeepTokens(ctx, "claire", []byte("canary-claire")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "guichet.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(b, []byte("claire|canary-"), []byte("clairf|canary-"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	s = openWith(t, dir, &lockable{})
	if got, err := s.Tokens(ctx, "claire"); got != nil || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	select {
	case <-s.Damaged():
		t.Error("taken for damage")
	default:
	}
}
