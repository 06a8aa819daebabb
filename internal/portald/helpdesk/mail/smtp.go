package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/portald/helpdesk"
)

// post hands one message to the first server, for the help desk and for the own
// mailbox, or for neither.
func (c *Connector) post(ctx context.Context, m message) error {
	client, stop, err := c.smtp(ctx)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	defer stop()
	if err := c.envelope(client); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return fmt.Errorf("smtp: begin of message: %w", briefly(err))
	}
	if err := m.write(ctx, w); err != nil {
		// Without its dot the server throws away what it has.
		return fmt.Errorf("smtp: write message: %w", err)
	}
	if err := settled(w.Close()); err != nil {
		return fmt.Errorf("smtp: end of message: %w", err)
	}
	_ = client.Quit()
	return nil
}

// settled says what an error after the dot means.
func settled(err error) error {
	var answer *textproto.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &answer):
		return helpdesk.Unknown(err)
	case answer.Code >= 500:
		return &helpdesk.Refusal{Reason: "the mail server does not take the message: " + code(answer)}
	case answer.Code >= 400:
		return errors.New("not now: " + code(answer))
	default:
		return helpdesk.Unknown(errors.New("answer not understood: " + code(answer)))
	}
}

// envelope names who writes and who reads. A refusal here is of an address, not
// of a request: it ends when the mapping or the server is put right.
func (c *Connector) envelope(client *smtp.Client) error {
	if err := sender(client, c.cfg.From); err != nil {
		return fmt.Errorf("smtp: sender: %w", briefly(err))
	}
	for _, to := range []string{c.cfg.From, c.cfg.To} {
		if err := client.Rcpt(to); err != nil {
			return fmt.Errorf("smtp: recipient %s: %w", to, briefly(err))
		}
	}
	return nil
}

// sender says who writes. The library would ask for SMTPUTF8 wherever that is
// offered, and the message, which has no use for it, would come back from the first
// server on its way that does not know it.
func sender(client *smtp.Client, from string) error {
	id, err := client.Text.Cmd("MAIL FROM:<%s>", from)
	if err != nil {
		return err
	}
	client.Text.StartResponse(id)
	defer client.Text.EndResponse(id)
	_, _, err = client.Text.ReadResponse(250)
	return err
}

// smtp connects and signs in.
func (c *Connector) smtp(ctx context.Context) (_ *smtp.Client, stop func(), err error) {
	conn, cfg, stop, err := c.connect(ctx, c.cfg.SMTP)
	if err != nil {
		return nil, nil, err
	}
	client, err := c.greet(conn, cfg)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return client, stop, nil
}

func (c *Connector) greet(conn net.Conn, cfg *tls.Config) (*smtp.Client, error) {
	to := c.cfg.SMTP
	client, err := smtp.NewClient(conn, cfg.ServerName)
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", briefly(err))
	}
	if err := client.Hello(c.domain); err != nil {
		return nil, fmt.Errorf("greeting: %w", briefly(err))
	}
	if to.TLS == "starttls" {
		if err := client.StartTLS(cfg); err != nil {
			return nil, fmt.Errorf("start TLS: %w", briefly(err))
		}
	}
	if to.User == "" {
		return client, nil
	}
	secret, err := password(to)
	if err != nil {
		return nil, err
	}
	if err := client.Auth(signIn(client, to.User, secret, cfg.ServerName)); err != nil {
		return nil, fmt.Errorf("sign in: %w", briefly(err))
	}
	return client, nil
}

// signIn is PLAIN, or LOGIN where a server has no other.
func signIn(client *smtp.Client, user, secret, host string) smtp.Auth {
	plain := smtp.PlainAuth("", user, secret, host)
	_, list := client.Extension("AUTH")
	methods := strings.Fields(strings.ToUpper(list))
	if !slices.Contains(methods, "PLAIN") && slices.Contains(methods, "LOGIN") {
		return &login{Auth: plain, user: user, secret: secret}
	}
	return plain
}

// login asks PLAIN whether the connection is fit for a password, and then speaks
// LOGIN.
type login struct {
	smtp.Auth
	user, secret string
	asked        int
}

func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if _, _, err := l.Auth.Start(server); err != nil {
		return "", nil, err
	}
	return "LOGIN", nil, nil
}

func (l *login) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	if l.asked++; l.asked == 1 {
		return []byte(l.user), nil
	}
	return []byte(l.secret), nil
}

var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// code is a server's answer without its words, which may quote the message.
func code(answer *textproto.Error) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", answer.Code, enhanced.FindString(answer.Msg)))
}

// briefly is an answer before any message was read, with its words on one line.
func briefly(err error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return err
	}
	return fmt.Errorf("%d %.200s", answer.Code, strings.Join(strings.Fields(answer.Msg), " "))
}
