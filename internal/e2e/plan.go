package e2e

// Plan is a fault that a line is told to make.
type Plan struct {
	Fault   Fault
	Step    Step
	Request string // only calls of this request; "" for all
	Skip    int    // calls to let pass first
	Times   int    // calls to hit
	Hit     chan struct{}
	Done    chan struct{} // closed when Times calls were hit
	hits    int
}

// Arm makes a fault wait for its call.
func (l *Line) Arm(p Plan) *Plan {
	p.Hit, p.Done, p.Times = make(chan struct{}), make(chan struct{}), max(p.Times, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plans = append(l.plans, &p)
	return &p
}

// Hits is how often a plan has hit.
func (l *Line) Hits(p *Plan) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return p.hits
}

// faultFor is what to do with a call: what was planned for it, or to pass it on.
func (l *Line) faultFor(c *lineCall) func(*lineCall) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.plans {
		if p.Step != c.step || p.Request != "" && p.Request != c.request || p.hits >= p.Times {
			continue
		}
		if p.Skip > 0 {
			p.Skip--
			continue
		}
		if p.hits++; p.hits == 1 {
			close(p.Hit)
		}
		if p.hits == p.Times {
			close(p.Done)
		}
		return p.Fault.do
	}
	return passOn
}
