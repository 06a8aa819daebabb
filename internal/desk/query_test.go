package desk

import (
	"errors"
	"testing"
	"time"
)

// A period is another one tomorrow, by the clock of the place: days there may have
// 23 or 25 hours.
func TestPeriod(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip(err)
	}
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		period Period
		now    string
		since  string
	}{
		{PeriodToday, "2026-03-29 23:30", "2026-03-29 00:00"}, // summer time has begun
		{PeriodWeek, "2026-03-31 09:00", "2026-03-25 00:00"},
		{PeriodWeek, "2026-04-01 00:00", "2026-03-26 00:00"},
		{PeriodMonth, "2026-10-26 12:00", "2026-09-27 00:00"},
		{PeriodYear, "2026-01-01 00:00", "2026-01-01 00:00"},
		{PeriodYear, "2025-12-31 23:59", "2025-01-01 00:00"},
	} {
		q := Query{Text: "agenda", Period: c.period, Until: day("2020-01-01 00:00")}.On(day(c.now))
		if !q.Since.Equal(day(c.since)) || !q.Until.IsZero() || q.Period != "" || q.Text != "agenda" {
			t.Errorf("%s at %s: %+v, want since %s", c.period, c.now, q, c.since)
		}
	}
	fixed := Query{Since: day("2026-01-02 00:00"), Until: day("2026-01-03 00:00")}
	if q := fixed.On(day("2026-05-01 10:00")); !q.Since.Equal(fixed.Since) || !q.Until.Equal(fixed.Until) {
		t.Errorf("days that somebody chose: %+v", q)
	}
	if err := (Query{Period: "century"}).Check(); !errors.Is(err, ErrInvalid) {
		t.Errorf("a period that there is not: %v", err)
	}
}
