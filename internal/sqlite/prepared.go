package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
)

// link is what the SQLite driver's connections can do.
type link interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// keep returns the connection with statements kept.
func keep(c driver.Conn) (driver.Conn, error) {
	able, ok := c.(link)
	if !ok {
		_ = c.Close()
		return nil, fmt.Errorf("connect: a %T is not SQLite's", c)
	}
	return &preparing{link: able}, nil
}

// preparing is a connection that keeps the statements it has prepared, since to
// prepare one often takes longer than to run it. What has no parameters is not
// kept: scripts cannot be, some pragmas act while they are prepared, and the
// rest is seldom run. Like any driver.Conn it serves one caller at a time.
type preparing struct {
	link
	idle []prepared // not in use, the longest unused first
}

type prepared struct {
	query string
	statement
}

// statement is what the SQLite driver's statements can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptStatements is how many a connection keeps. The program has fewer, but for
// those whose number of parameters varies.
const keptStatements = 64

// take finds or prepares a statement, which is nobody else's until it is given
// back.
func (c *preparing) take(ctx context.Context, query string) (prepared, error) {
	if at := slices.IndexFunc(c.idle, func(p prepared) bool { return p.query == query }); at >= 0 {
		p := c.idle[at]
		c.idle = slices.Delete(c.idle, at, at+1)
		return p, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return prepared{}, err
	}
	able, ok := s.(statement)
	if !ok {
		_ = s.Close()
		return prepared{}, fmt.Errorf("prepare: a %T takes no context", s)
	}
	return prepared{query, able}, nil
}

// give keeps a statement for its next use.
func (c *preparing) give(p prepared) error {
	c.idle = append(c.idle, p)
	if len(c.idle) <= keptStatements {
		return nil
	}
	oldest := c.idle[0]
	c.idle = slices.Delete(c.idle, 0, 1)
	return oldest.Close()
}

// ExecContext implements driver.ExecerContext.
func (c *preparing) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.link.ExecContext(ctx, query, args)
	}
	p, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := p.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return result, c.give(p)
}

// QueryContext implements driver.QueryerContext.
func (c *preparing) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 {
		return c.link.QueryContext(ctx, query, args)
	}
	p, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := p.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return &answerRows{Rows: rows, conn: c, by: p}, nil
}

// Close implements driver.Conn.
func (c *preparing) Close() error {
	var errs []error
	for _, p := range c.idle {
		errs = append(errs, p.Close())
	}
	c.idle = nil
	return errors.Join(append(errs, c.link.Close())...)
}

// answerRows are rows whose statement is kept when they are closed.
type answerRows struct {
	driver.Rows
	conn *preparing
	by   prepared
	done bool
}

// Close implements driver.Rows.
func (r *answerRows) Close() error {
	if r.done { // the statement may be somebody else's by now
		return nil
	}
	r.done = true
	if err := r.Rows.Close(); err != nil {
		return errors.Join(err, r.by.Close())
	}
	return r.conn.give(r.by)
}
