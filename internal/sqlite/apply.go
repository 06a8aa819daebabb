package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// applying is one answer on its way into the database.
type applying struct {
	store    *Store
	tx       *sql.Tx
	person   string
	snapshot int  // number of the one under way, or of the last one
	silent   bool // it is of a snapshot: what it brings is no news
	now      time.Time
	told     []desk.Notice
	here     map[uuid.UUID]int64 // rows of those of the requests that are here
	drafts   map[string]bool     // ids of all that are here, once they were asked for
}

// find looks up at once which requests are here: most of a snapshot's are not.
func (a *applying) find(ctx context.Context, changes []desk.Change) error {
	a.here = map[uuid.UUID]int64{}
	ids := make([]uuid.UUID, len(changes))
	for i, c := range changes {
		ids[i] = c.Request.ID
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	rows, err := a.tx.QueryContext(ctx, "SELECT id, seq FROM request WHERE person=? AND id IN (SELECT value FROM json_each(?))", a.person, string(list))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var seq int64
		if err := rows.Scan(&id, &seq); err != nil {
			return err
		}
		parsed, err := uuid.Parse(id)
		if err != nil {
			return err
		}
		a.here[parsed] = seq
	}
	return rows.Err()
}

func (a *applying) apply(ctx context.Context, changes ...desk.Change) error {
	if err := a.find(ctx, changes); err != nil {
		return err
	}
	for _, c := range changes {
		c.Request.Owner.Person = a.person
		if err := a.one(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) one(ctx context.Context, c desk.Change) error {
	news := c.Request
	var stood desk.Request
	seq, known := a.here[news.ID]
	var err error
	if known {
		stood, err = a.merge(ctx, seq, news)
	} else {
		seq, err = a.adopt(ctx, news)
		a.here[news.ID] = seq
	}
	if err != nil {
		return err
	}
	if err := a.notePurge(ctx, c); err != nil {
		return err
	}
	answered, err := a.putMessages(ctx, news, c.Messages)
	if err != nil {
		return err
	}
	return a.tell(ctx, seq, stood, c, answered)
}

// tell makes notices of what is news to somebody who wrote or watches a request.
func (a *applying) tell(ctx context.Context, seq int64, stood desk.Request, c desk.Change, answered bool) error {
	news := c.Request
	known := stood.Status == desk.StatusReceived
	if a.silent || !news.Watching && !news.Mine() {
		return nil
	}
	var kinds []desk.NoticeKind
	if known && stood.PortalStatus != news.PortalStatus {
		own, err := a.ownMove(ctx, stood, c)
		if err != nil {
			return err
		}
		if !own {
			kinds = append(kinds, desk.NoticeStatus)
		}
	}
	if answered {
		kinds = append(kinds, desk.NoticeAnswer)
	}
	if news.Watching && !stood.Watching && !news.Mine() {
		kinds = append(kinds, desk.NoticeWatcher)
	}
	if len(kinds) == 0 {
		return nil
	}
	if _, err := a.tx.ExecContext(ctx, "UPDATE request SET unread=1 WHERE seq=?", seq); err != nil {
		return err
	}
	for _, kind := range kinds {
		n := desk.Notice{Request: news.ID.String(), Number: news.Number, Kind: kind, At: a.now}
		if kind == desk.NoticeStatus {
			n.Status = news.PortalStatus
		}
		var err error
		if n.Seq, err = putNotice(ctx, a.tx, a.person, n); err != nil {
			return err
		}
		a.told = append(a.told, n)
	}
	return nil
}

// ownMove tells whether the person has brought a request where it is now: with words,
// which a reply and each reason are, or by an act whose answer is still on its way.
func (a *applying) ownMove(ctx context.Context, stood desk.Request, c desk.Change) (own bool, err error) {
	kind := map[desk.PortalStatus]desk.ActKind{
		desk.PortalInProgress: desk.ActReopen, desk.PortalClosed: desk.ActClose, desk.PortalWithdrawn: desk.ActWithdraw,
	}[c.Request.PortalStatus]
	if kind == "" {
		return false, nil
	}
	said := func(m desk.Message) bool { return m.Mine && m.At.After(stood.UpdatedAt) }
	if kind != desk.ActClose && slices.ContainsFunc(c.Messages, said) {
		return true, nil
	}
	err = a.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM act WHERE person=? AND request=? AND kind=? AND status IN ('sending','unknown'))",
		a.person, c.Request.ID.String(), kind).Scan(&own)
	return own, err
}

// adopt stores a request that was written elsewhere: on another PC or by a
// colleague. The portal's word stands; a draft that is here under its id (this
// PC was rolled back, or the request came back to be corrected) is kept as one
// of its own.
func (a *applying) adopt(ctx context.Context, r desk.Request) (seq int64, err error) {
	if taken, err := a.taken(ctx, r.ID); err != nil {
		return 0, err
	} else if taken {
		if err := keepDraft(ctx, a.tx, r.ID, a.person); err != nil {
			return 0, err
		}
	}
	r.Status, r.Reason = desk.StatusReceived, ""
	if seq, err = a.store.putRequest(ctx, a.tx, r, a.snapshot); err != nil {
		return 0, err
	}
	if err := a.putFiles(ctx, r.Owner, r.ID, r.Files); err != nil {
		return 0, err
	}
	return seq, a.store.note(ctx, a.tx, a.person, r.ID.String(), r.ReceivedAt, string(desk.StatusReceived), "")
}

// taken tells whether a draft stands under that id. There are few drafts, and may be
// many requests that are new.
func (a *applying) taken(ctx context.Context, id uuid.UUID) (bool, error) {
	if a.drafts == nil {
		a.drafts = map[string]bool{}
		rows, err := a.tx.QueryContext(ctx, "SELECT id FROM draft")
		if err != nil {
			return false, err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return false, err
			}
			a.drafts[id] = true
		}
		if err := rows.Err(); err != nil {
			return false, err
		}
	}
	return a.drafts[id.String()], nil
}

// putFiles stores the rows of files whose bytes are at the portal, as far as they
// are not here: they may have been lost with a damaged file.
func (a *applying) putFiles(ctx context.Context, owner desk.Owner, item uuid.UUID, files []desk.File) error {
	for _, f := range files {
		f.Stored = ""
		if err := a.store.putFile(ctx, a.tx, owner, item, f); err != nil {
			return err
		}
	}
	return nil
}

// keepDraft gives a draft of the person's or of the PC's that stands under that
// id an id of its own. Its files get new ids too: the old ones are those of the
// request.
func keepDraft(ctx context.Context, tx *sql.Tx, id uuid.UUID, person string) error {
	own, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var owner string
	err = tx.QueryRowContext(ctx, "UPDATE draft SET id=? WHERE id=? AND person IN ('', ?) RETURNING person", own.String(), id.String(), person).Scan(&owner)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = moveFiles(ctx, tx, owner, id, own)
	return err
}

// merge brings the portal's word to a request that is here, and returns how it
// stood before.
func (a *applying) merge(ctx context.Context, seq int64, news desk.Request) (stood desk.Request, err error) {
	stood, err = a.store.scanRequest(a.tx.QueryRowContext(ctx, "SELECT "+requestColumns+" FROM request WHERE seq=?", seq))
	if err != nil {
		return stood, err
	}
	r := stood
	r.Status, r.Reason, r.Problems = desk.StatusReceived, "", nil // what it was refused for is no matter any more
	r.Number, r.PortalStatus, r.UpdatedAt = news.Number, news.PortalStatus, news.UpdatedAt
	r.Author, r.Priority, r.Watchers, r.Watching, r.Allowed = news.Author, news.Priority, news.Watchers, news.Watching, news.Allowed
	r.ReceivedAt, r.TakenAt, r.ClosedAt = news.ReceivedAt, news.TakenAt, news.ClosedAt
	if !news.AnsweredAt.IsZero() {
		r.AnsweredAt = news.AnsweredAt
	}
	if err = a.store.updateRequest(ctx, a.tx, seq, r); err != nil {
		return stood, err
	}
	if _, err = a.tx.ExecContext(ctx, "UPDATE request SET snapshot=? WHERE seq=?", a.snapshot, seq); err != nil {
		return stood, err
	}
	if err = a.putFiles(ctx, stood.Owner, news.ID, news.Files); err != nil {
		return stood, err
	}
	if stood.Status != desk.StatusReceived {
		if _, err = a.tx.ExecContext(ctx, "DELETE FROM job WHERE request=?", seq); err != nil {
			return stood, err
		}
		if err = a.note(ctx, news, a.now, string(desk.StatusReceived)); err != nil {
			return stood, err
		}
	}
	if stood.PortalStatus != news.PortalStatus && news.PortalStatus != desk.PortalReceived {
		err = a.note(ctx, news, news.UpdatedAt, "portal."+string(news.PortalStatus))
	}
	return stood, err
}

func (a *applying) note(ctx context.Context, r desk.Request, at time.Time, what string) error {
	return a.store.note(ctx, a.tx, a.person, r.ID.String(), at, what, "")
}

// notePurge adds to the history when the content of a request was taken away at the
// portal, once for each time. What is here of it stays.
func (a *applying) notePurge(ctx context.Context, c desk.Change) error {
	if c.PurgedAt.IsZero() {
		return nil
	}
	var known bool
	if err := a.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM history WHERE person=? AND request=? AND what=? AND at=?)",
		a.person, c.Request.ID.String(), desk.HistoryPurged, ms(c.PurgedAt)).Scan(&known); err != nil || known {
		return err
	}
	return a.note(ctx, c.Request, c.PurgedAt, desk.HistoryPurged)
}

// putMessages stores what is new of a conversation, and tells whether somebody
// else has said something.
func (a *applying) putMessages(ctx context.Context, r desk.Request, messages []desk.Message) (answered bool, err error) {
	for _, m := range messages {
		fresh, err := a.putMessage(ctx, r, m)
		if err != nil {
			return false, err
		}
		answered = answered || fresh && !m.Mine
	}
	return answered, nil
}

func (a *applying) putMessage(ctx context.Context, r desk.Request, m desk.Message) (fresh bool, err error) {
	author, err := a.store.seal(a.person, m.Author)
	if err != nil {
		return false, err
	}
	body, err := a.store.seal(a.person, messageBody{m.Text, m.HTML})
	if err != nil {
		return false, err
	}
	res, err := a.tx.ExecContext(ctx, `INSERT INTO message (id, person, practice, request, author, support, body, at) VALUES (?,?,?,?,?,?,?,?)
		ON CONFLICT (id, person) DO NOTHING`, m.ID.String(), a.person, r.Owner.Practice, r.ID.String(), author, m.Support, body, ms(m.At))
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, err
	}
	if err := a.putFiles(ctx, r.Owner, m.ID, m.Files); err != nil || n == 0 || !m.Support {
		return n > 0, err
	}
	if r.AnsweredAt.IsZero() { // the portal told of it by the message only
		if _, err := a.tx.ExecContext(ctx, "UPDATE request SET answered_at=coalesce(answered_at, ?) WHERE id=? AND person=?",
			ms(m.At), r.ID.String(), a.person); err != nil {
			return false, err
		}
	}
	return true, a.note(ctx, r, m.At, "answered")
}
