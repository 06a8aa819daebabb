package rttest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Agent is somebody of support, who works with RT itself and knows no portal.
type Agent struct {
	rt   *RT
	name string
}

// Agent is a user of RT, by name.
func (r *RT) Agent(name string) Agent { return Agent{r, name} }

// Ticket is what an agent reads of one.
type Ticket struct {
	ID, Queue, Subject, Status string
	Owner                      string
	Requestors                 []string
	Fields                     map[string]string
	Said                       []Said // the description first
}

// Said is what somebody wrote on a ticket, with files.
type Said struct {
	By, Type string // Type: Create, Correspond or Comment
	Text     string
	Files    []File
}

// File is a file on a ticket.
type File struct {
	Name, Media string
	Body        []byte
}

// Create makes a ticket that has nothing to do with the portal, or pretends to.
func (a Agent) Create(ctx context.Context, queue, subject string, fields ...string) (id string, err error) {
	values := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		values[fields[i]] = fields[i+1]
	}
	var made struct{ ID string }
	err = a.call(ctx, http.MethodPost, "/ticket", map[string]any{"Queue": queue, "Subject": subject, "Content": subject, "CustomFields": values}, &made)
	return made.ID, err
}

// Take makes a ticket the agent's and opens it.
func (a Agent) Take(ctx context.Context, id string) error {
	if err := a.call(ctx, http.MethodPut, "/ticket/"+id+"/take", struct{}{}, nil); err != nil {
		return err
	}
	return a.Status(ctx, id, "open")
}

// Status moves a ticket.
func (a Agent) Status(ctx context.Context, id, status string) error {
	return a.Put(ctx, id, map[string]any{"Status": status})
}

// Put changes anything of a ticket. RT answers that it did even where it did not.
func (a Agent) Put(ctx context.Context, id string, change map[string]any) error {
	return a.call(ctx, http.MethodPut, "/ticket/"+id, change, nil)
}

// Disable takes a queue out of use.
func (a Agent) Disable(ctx context.Context, queue string) error {
	return a.call(ctx, http.MethodDelete, "/queue/"+url.PathEscape(queue), nil, nil)
}

// Answer writes to the requestor. A text that begins with a tag is HTML.
func (a Agent) Answer(ctx context.Context, id, text string, files ...File) error {
	return a.say(ctx, id, "correspond", text, files)
}

// Comment writes what only support reads.
func (a Agent) Comment(ctx context.Context, id, text string, files ...File) error {
	return a.say(ctx, id, "comment", text, files)
}

func (a Agent) say(ctx context.Context, id, how, text string, files []File) error {
	media := "text/plain"
	if strings.HasPrefix(text, "<") {
		media = "text/html"
	}
	attached := []map[string]string{}
	for _, f := range files {
		attached = append(attached, map[string]string{"FileName": bytewise(f.Name), "FileType": f.Media, "FileContent": base64.StdEncoding.EncodeToString(f.Body)})
	}
	return a.call(ctx, http.MethodPost, "/ticket/"+id+"/"+how, map[string]any{"Content": text, "ContentType": media, "Attachments": attached}, nil)
}

// bytewise spells a name as RT's JSON needs it: each byte a character.
func bytewise(name string) string {
	var s strings.Builder
	for _, b := range []byte(name) {
		s.WriteRune(rune(b))
	}
	return s.String()
}

// Read is the ticket as the agent sees it, comments and all.
func (a Agent) Read(ctx context.Context, id string) (t Ticket, err error) {
	var got struct {
		Subject, Status string
		Queue           struct{ Name string }
		Owner           struct{ ID string }
		Requestor       []struct{ ID string }
		CustomFields    []struct {
			Name   string
			Values []string
		}
	}
	if err := a.call(ctx, http.MethodGet, "/ticket/"+id+"?fields[Queue]=Name", nil, &got); err != nil {
		return t, err
	}
	t = Ticket{ID: id, Queue: got.Queue.Name, Subject: got.Subject, Status: got.Status, Owner: got.Owner.ID, Fields: map[string]string{}}
	for _, r := range got.Requestor {
		t.Requestors = append(t.Requestors, r.ID)
	}
	for _, f := range got.CustomFields {
		t.Fields[f.Name] = strings.Join(f.Values, ", ")
	}
	var history struct {
		Items []struct {
			ID      string
			Type    string `json:"Type"`
			Class   string `json:"type"` // which is another: Go would take either for the other
			Creator struct{ ID string }
		}
	}
	if err := a.call(ctx, http.MethodGet, "/ticket/"+id+"/history?fields=Type,Creator&per_page=100", nil, &history); err != nil {
		return t, err
	}
	for _, x := range history.Items {
		if !slices.Contains([]string{"Create", "Correspond", "Comment"}, x.Type) {
			continue
		}
		said := Said{By: x.Creator.ID, Type: x.Type}
		if said.Text, said.Files, err = a.parts(ctx, x.ID); err != nil {
			return t, err
		}
		t.Said = append(t.Said, said)
	}
	return t, nil
}

// parts reads the text and the files of what was said.
func (a Agent) parts(ctx context.Context, transaction string) (text string, files []File, err error) {
	var list struct{ Items []struct{ ID string } }
	if err := a.call(ctx, http.MethodGet, "/transaction/"+transaction+"/attachments?per_page=100", nil, &list); err != nil {
		return "", nil, err
	}
	for _, item := range list.Items {
		var part struct{ Filename, ContentType, Content string }
		if err := a.call(ctx, http.MethodGet, "/attachment/"+item.ID, nil, &part); err != nil {
			return "", nil, err
		}
		body, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(part.Content, "\n", ""))
		switch {
		case err != nil:
			return "", nil, fmt.Errorf("read attachment %s: %w", item.ID, err)
		case part.Filename != "":
			files = append(files, File{part.Filename, part.ContentType, body})
		case text == "":
			text = string(body)
		}
	}
	return text, files, nil
}

func (a Agent) call(ctx context.Context, method, path string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return fmt.Errorf("encode: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, a.rt.URL+"/REST/2.0"+path, &body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	req.Header.Set("Authorization", "token "+a.rt.Token(a.name))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, said)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(said, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// Query searches RT, as anybody may who knows its language; out is what RT answers.
func (a Agent) Query(ctx context.Context, what, query string, out any) error {
	return a.call(ctx, http.MethodGet, "/"+what+"?per_page=100&query="+url.QueryEscape(query), nil, out)
}
