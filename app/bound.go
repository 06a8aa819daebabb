package app

// The services that the window can call. They hold only user actions: whatever
// is exported here can be called from JavaScript.

// Session says who is at the desk.
type Session struct{ a *App }

// Portal is where this desk writes to.
type Portal struct{ a *App }

// Catalogues says what can be asked for.
type Catalogues struct{ a *App }

// Drafts are requests being written.
type Drafts struct{ a *App }

// Handover makes drafts somebody else's.
type Handover struct{ a *App }

// Files are the attachments of drafts, and of replies being written.
type Files struct{ a *App }

// Requests are drafts, waiting and sent requests in one list.
type Requests struct{ a *App }

// Outbox is what waits to be sent.
type Outbox struct{ a *App }

// Keyring is how what is stored is protected.
type Keyring struct{ a *App }

// Line is how others are reached.
type Line struct{ a *App }

// Window is the window itself.
type Window struct{ a *App }

// Lists find drafts and requests.
type Lists struct{ a *App }

// Bell tells what has happened to requests.
type Bell struct{ a *App }

// Acts are what a person does with a request that the portal has.
type Acts struct{ a *App }

// Contracts are those of the person's practices with the vendor.
type Contracts struct{ a *App }

// Papers put requests on paper and lists into spreadsheets.
type Papers struct{ a *App }

// Guard looks at texts and files before they leave.
type Guard struct{ a *App }

// Updates keep this program up to date.
type Updates struct{ a *App }

// Privacy tells what lies on this PC of whoever is at the desk, and has it vanish.
type Privacy struct{ a *App }

// Support says what does not work on this PC, and what to do.
type Support struct{ a *App }

// Launch is what the program was started for, and how it ends.
type Launch struct{ a *App }
