package portald

import (
	"time"

	"guichet/internal/portal"
)

// DemoContracts are the contracts of the demo's practices, with dates around
// now.
func DemoContracts(now time.Time) []portal.Contract {
	// Reckoned from two weeks ahead: the notice that falls due this month stays
	// ahead of whoever looks on the month's last evening, in any time zone.
	now = now.AddDate(0, 0, 14)
	// A term under way ends on the last day of the month that is so many months
	// ahead; notice is due three months before.
	end := func(months int) string {
		return time.Date(now.Year(), now.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	start := func(years, months int) string {
		return time.Date(now.Year()-years, now.Month()+time.Month(months)+1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	topic := map[string]portal.Topic{}
	for key, category := range map[string]string{
		"invoice": "invoice-question", "question": "contract-question", "cancellation": "contract-termination", "payment": "payment-method",
	} {
		topic[key] = portal.Topic{Key: key, Type: "administrative", Category: category}
	}
	every := []portal.Topic{topic["invoice"], topic["question"], topic["cancellation"], topic["payment"]}
	over := []portal.Topic{topic["invoice"], topic["question"]}
	const tilleuls, port, michel = "cabinet-tilleuls", "maison-port", "cabinet-saint-michel"
	return []portal.Contract{
		{ID: "demo-contract-1", Number: "CT-20240142", Practice: tilleuls, Label: portal.Text{FR: "Maintenance du logiciel de cabinet", EN: "Practice software maintenance"},
			State: "active", Start: start(2, 8), End: end(8), Notice: end(5), Amount: 12900, Period: "month", Topics: every},
		{ID: "demo-contract-2", Number: "CT-20250318", Practice: tilleuls, Label: portal.Text{FR: "Agenda en ligne", EN: "Online appointments"},
			State: "active", Start: start(1, 3), End: end(3), Notice: end(0), Amount: 4500, Period: "month", Topics: every},
		{ID: "demo-contract-3", Number: "CT-20210056", Practice: tilleuls, Label: portal.Text{FR: "Location des lecteurs de carte", EN: "Card reader rental"},
			State: "ended", Start: start(5, -2), End: end(-2), Topics: over},
		{ID: "demo-contract-4", Number: "CT-20230077", Practice: port, Label: portal.Text{FR: "Logiciel de cabinet et rappels par SMS", EN: "Practice software and text reminders"},
			State: "ending", Start: start(3, 1), End: end(1), Amount: 89700, Period: "quarter", Topics: []portal.Topic{topic["invoice"], topic["question"], topic["payment"]}},
		{ID: "demo-contract-5", Number: "CT-20250402", Practice: port, Label: portal.Text{FR: "Sauvegarde à distance", EN: "Remote backup"},
			State: "active", Start: start(1, 6), End: end(6), Notice: end(3), Amount: 36000, Period: "year", Topics: every},
		{ID: "demo-contract-6", Number: "CT-20220211", Practice: michel, Label: portal.Text{FR: "Maintenance du logiciel de cabinet", EN: "Practice software maintenance"},
			State: "active", Start: start(4, 10), End: end(10), Notice: end(7), Amount: 38700, Period: "quarter", Topics: every},
		{ID: "demo-contract-7", Number: "CT-20240290", Practice: michel, Label: portal.Text{FR: "Assistance prioritaire", EN: "Priority support"},
			State: "ending", Start: start(2, 2), End: end(2), Amount: 60000, Period: "year", Topics: []portal.Topic{topic["invoice"], topic["question"], topic["payment"]}},
	}
}
