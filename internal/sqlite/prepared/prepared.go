// Package prepared keeps the statements of SQLite's connections from one use to the
// next, since to prepare one often takes longer than to run it.
package prepared

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"modernc.org/sqlite"
)

// Open returns a pool of up to so many connections that keep their statements. dsn is
// as modernc.org/sqlite takes it.
func Open(dsn string, most int) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return Pool(c, most), nil
}

// Pool is Open for a connector of SQLite's.
func Pool(c driver.Connector, most int) *sql.DB {
	db := sql.OpenDB(keeping{c})
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db
}

// keeping is a connector whose connections keep their statements.
type keeping struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return keep(c)
}

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

// preparing is a connection that keeps the statements it has prepared. What has no
// parameters is not kept: scripts cannot be, some pragmas act while they are prepared, and the
// rest is seldom run. Like any driver.Conn it serves one caller at a time.
type preparing struct {
	link
	idle []kept // not in use, the longest unused first
}

type kept struct {
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
func (c *preparing) take(ctx context.Context, query string) (kept, error) {
	if at := slices.IndexFunc(c.idle, func(p kept) bool { return p.query == query }); at >= 0 {
		p := c.idle[at]
		c.idle = slices.Delete(c.idle, at, at+1)
		return p, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return kept{}, err
	}
	able, ok := s.(statement)
	if !ok {
		_ = s.Close()
		return kept{}, fmt.Errorf("prepare: a %T takes no context", s)
	}
	return kept{query, able}, nil
}

// give keeps a statement for its next use.
func (c *preparing) give(p kept) error {
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
	by   kept
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
