package app

// The services that the window can call. They hold only user actions: whatever
// is exported here can be called from JavaScript.

// Session says who is at the desk.
type Session struct{ a *App }

// Catalogues says what can be asked for.
type Catalogues struct{ a *App }

// Drafts are requests being written.
type Drafts struct{ a *App }

// Files are the attachments of drafts.
type Files struct{ a *App }

// Requests are drafts, waiting and sent requests in one list.
type Requests struct{ a *App }

// Outbox is what waits to be sent.
type Outbox struct{ a *App }

// Window is the window itself.
type Window struct{ a *App }

// State is written next.
func (x *Session) State() (out Person, err error) {
	return out, nil
}

// SignIn is written next.
func (x *Session) SignIn(code string) (out Person, err error) {
	return out, nil
}

// SignOut is written next.
func (x *Session) SignOut() (out Person, err error) {
	return out, nil
}

// Current is written next.
func (x *Catalogues) Current() (out Catalogue, err error) {
	return out, nil
}

// Version is written next.
func (x *Catalogues) Version(version int) (out Catalogue, err error) {
	return out, nil
}

// Create makes a draft with a new id. Nothing is stored until its first Save,
// with revision 0.
func (x *Drafts) Create(content Content) (out Draft, err error) {
	return out, nil
}

// List is written next.
func (x *Drafts) List() (out []Item, err error) {
	return out, nil
}

// Open is written next.
func (x *Drafts) Open(id string) (out Draft, err error) {
	return out, nil
}

// Save is written next.
func (x *Drafts) Save(id string, revision int64, content Content) (out Saved, err error) {
	return out, nil
}

// Throw is written next.
func (x *Drafts) Throw(id string) (err error) {
	return nil
}

// Restore is written next.
func (x *Drafts) Restore(id string) (err error) {
	return nil
}

// Submit is written next.
func (x *Drafts) Submit(id string, revision int64) (out Item, err error) {
	return out, nil
}

// Correct is written next.
func (x *Drafts) Correct(id string) (out Draft, err error) {
	return out, nil
}

// Choose is written next.
func (x *Files) Choose(draft string) (out []Candidate, err error) {
	return out, nil
}

// Look is written next.
func (x *Files) Look(draft string, paths []string) (out []Candidate, err error) {
	return out, nil
}

// Offer is written next.
func (x *Files) Offer(draft, name string, size int64, head string) (out Candidate, err error) {
	return out, nil
}

// Confirm is written next.
func (x *Files) Confirm(draft string, tokens []string, wording string) (out Attached, err error) {
	return out, nil
}

// Forget is written next.
func (x *Files) Forget(tokens []string) (err error) {
	return nil
}

// Remove is written next.
func (x *Files) Remove(draft, file string) (out []File, err error) {
	return out, nil
}

// Restore is written next.
func (x *Files) Restore(draft, file string) (out []File, err error) {
	return out, nil
}

// List is written next.
func (x *Requests) List() (out []Item, err error) {
	return out, nil
}

// Open is written next.
func (x *Requests) Open(id string) (out Request, err error) {
	return out, nil
}

// State is written next.
func (x *Outbox) State() (out Status, err error) {
	return out, nil
}

// SendNow is written next.
func (x *Outbox) SendNow() (err error) {
	return nil
}

// Cancel is written next.
func (x *Outbox) Cancel(id string) (err error) {
	return nil
}

// Settings is written next.
func (x *Window) Settings() (out Settings, err error) {
	return out, nil
}

// SaveSettings is written next.
func (x *Window) SaveSettings(settings Settings) (err error) {
	return nil
}

// Flushed is written next.
func (x *Window) Flushed() (err error) {
	return nil
}

// Painted tells the log how long the start took until the home page was drawn.
func (x *Window) Painted() (err error) { return nil }
