package oidc_test

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // zitadel's provider speaks to it
	goleak.VerifyTestMain(m)
}
