package portald

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"guichet/internal/portal"

	"golang.org/x/time/rate"
)

// Rate is how many calls each practice may make. What is zero is not limited.
type Rate struct {
	PerSecond float64
	Burst     int
}

// limits hold each practice to its rate, so that one desk that went wild is no
// harm to the others.
type limits struct {
	rate Rate

	mu    sync.Mutex
	desks map[string]*limited
	swept time.Time
}

type limited struct {
	*rate.Limiter
	last time.Time
}

// forgetAfter is when a practice that called nothing has all of its burst again
// anyway.
const forgetAfter = 10 * time.Minute

// wait is how long the caller has to wait before the call is taken, 0 if not at
// all.
func (l *limits) wait(who person, now time.Time) time.Duration {
	if l.rate.PerSecond <= 0 {
		return 0
	}
	key := who.ID // whoever belongs to no practice counts alone
	for i, p := range who.Practices {
		if i == 0 || p.ID < key {
			key = p.ID
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.desks == nil || now.Sub(l.swept) > forgetAfter {
		for k, d := range l.desks {
			if now.Sub(d.last) > forgetAfter {
				delete(l.desks, k)
			}
		}
		if l.desks == nil {
			l.desks = map[string]*limited{}
		}
		l.swept = now
	}
	d := l.desks[key]
	if d == nil {
		d = &limited{Limiter: rate.NewLimiter(rate.Limit(l.rate.PerSecond), max(1, l.rate.Burst))}
		l.desks[key] = d
	}
	d.last = now
	r := d.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// answerThrottled turns a call away that was one too many.
func answerThrottled(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	answerProblem(w, &problem{code: portal.CodeThrottled})
}
