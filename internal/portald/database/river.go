package database

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// River makes the tables of River and a client that works on them. A job that is
// inserted within a Tx is there with the rest of it or not at all.
func (d *DB) River(ctx context.Context, config *river.Config) (*river.Client[*sql.Tx], error) {
	driver := d.driver()
	unlock, err := d.Lock(ctx, "migrations")
	if err != nil {
		return nil, err
	}
	defer unlock()
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: config.Logger})
	if err != nil {
		return nil, fmt.Errorf("migrate jobs: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, fmt.Errorf("migrate jobs: %w", err)
	}
	client, err := river.NewClient(driver, config)
	if err != nil {
		return nil, fmt.Errorf("set up jobs: %w", err)
	}
	return client, nil
}

func (d *DB) driver() riverdriver.Driver[*sql.Tx] {
	if _, ok := d.dialect.(sqlite); ok {
		return riversqlite.New(d.write)
	}
	return riverdatabasesql.New(d.write)
}
