package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/database/pgtest"
	"guichet/internal/portald/files"
	"guichet/internal/portald/files/s3test"
)

// TestNodesKilled has desks send requests and replies with files to a portal of two
// nodes on one PostgreSQL and one S3, behind a balancer, while one of the nodes, drawn
// at random, is killed over and over; now and then both. In the end everything is there
// once, with its bytes, and every client has been told of all that its person may see.
func TestNodesKilled(t *testing.T) {
	leakless(t)
	c := newCluster(t)
	for c.write(); len(c.drafts) > 0; c.strike() {
		c.submit()
		c.write() // the next ones, while these are on their way
	}
	began := time.Now()
	for _, s := range c.seats {
		s.await("everything is at the portal", patience, func() bool { _ = s.outbox.SendNow(); return s.idle() })
	}
	drained := time.Since(began)
	complete := c.follow()
	bad := c.audit()
	b := c.balancer
	t.Logf("2 nodes on PostgreSQL and %s, %d kills (%d times of both), %d calls cut by them; %d uploads went on, %d of them at the other node; drained %.0f s behind them",
		c.server, c.kills, c.both, b.broken, b.resumed, b.elsewhere, drained.Seconds())
	t.Logf("2 nodes, %d kills, %d requests with %d files, %d replies with %d files, %d withdrawn: %d lost, %d doubled, %d altered; feed complete at %d clients of %d",
		c.kills, len(c.sent), c.files, c.replies, c.replyFiles, c.withdrawn, bad.lost, bad.doubled, bad.altered, complete, len(c.seats)+len(c.pursuers))
	if Long() && b.elsewhere == 0 {
		t.Error("no upload went on at the other node: this has not met what it looks for")
	}
	for _, s := range c.seats {
		s.stop()
		s.settled(c.numbers(s.person))
	}
}

// cluster is a portal of two nodes that are killed, with its clients.
type cluster struct {
	t                *testing.T
	random           *rand.Rand
	postgres, server string
	s3               files.S3Config
	nodes            []*portalProcess
	balancer         *balancer
	seats            []*seat
	writers          []*seat
	pursuers         []*pursuer
	watcher          map[*seat]string // whom an admin lets watch
	sources          []source         // from small to large
	requests, atOnce int

	drafts, sent                                       []*sentTo
	strikeAt                                           time.Time
	kills, both, files, replies, replyFiles, withdrawn int
	truth                                              map[string]map[string]portal.Request // what a person sees at the portal
	said                                               map[string][]string                  // ids of messages, by request
}

// sentTo is a request that was sent, and what was said to it.
type sentTo struct {
	written
	seat *seat
	says map[string][]source // files, by the message's id
	ends string              // its status, "" for received
	seen string              // who is let watch it
}

func newCluster(t *testing.T) *cluster {
	c := &cluster{t: t, random: Rand(t), requests: Rounds(40, 2000), atOnce: Rounds(5, 6), watcher: map[*seat]string{}}
	c.postgres, c.server = pgtest.Address(t), "versitygw"
	if real := s3test.Versity(t); real != nil {
		c.s3 = *real
	} else {
		c.s3, c.server = s3test.Bucket(t), "gofakes3"
	}
	address := filepath.Join(t.TempDir(), "postgres")
	must(t, os.WriteFile(address, []byte(c.postgres), 0o600))
	var hosts []string
	for range 2 {
		p := newPortalProcess(t, portaldBinary(t, ""))
		p.args = []string{"--rate", "0", // a few desks do here in minutes what others do in a month
			"--postgres-file", address, "--s3-bucket", c.s3.Bucket, "--s3-endpoint", c.s3.Endpoint,
			"--s3-prefix", c.s3.Prefix, "--s3-path-style", "--s3-key-file", c.s3.KeyFile, "--s3-secret-file", c.s3.SecretFile}
		c.start(p)
		c.nodes, hosts = append(c.nodes, p), append(hosts, p.listen)
	}
	c.balancer = newBalancer(t, rand.New(rand.NewPCG(c.random.Uint64(), 0)), hosts...)
	var practices []string
	for i := range Rounds(2, 5) {
		practice := fmt.Sprintf("cabinet-nodes-%d", i)
		who := func(name string, role desk.Role) string {
			return colleague(fmt.Sprintf("nodes-%s-%d", name, i), role, practice)
		}
		admin, user, reader := c.sit(who("admin", desk.RoleAdmin)), c.sit(who("user", desk.RoleUser)), c.sit(who("reader", desk.RoleAdmin))
		c.seats, c.writers = append(c.seats, admin, user, reader), append(c.writers, admin, user)
		c.watcher[admin] = user.person
		c.pursuers = append(c.pursuers, newPursuer(t, c.balancer.url, reader.person, 10*time.Second))
		practices = append(practices, practice)
	}
	// A gap is open for a millisecond: somebody who sees everything asks all the time.
	c.pursuers = append(c.pursuers, newPursuer(t, c.balancer.url, colleague("nodes-all", desk.RoleAdmin, practices...), 0))
	for _, s := range c.seats {
		s.await("it has begun to follow", patience, func() bool { _, begun := c.shows(s); return begun == 1 })
	}
	for i, size := range []int{900, 30 << 10, 250 << 10, 600 << 10, 1500 << 10, 9 << 20} {
		c.sources = append(c.sources, pdfSource(t, c.random, fmt.Sprintf("Pièce n° %d.pdf", i), size))
	}
	return c
}

func (c *cluster) sit(person string) *seat {
	s := sit(c.t, c.t.TempDir(), c.balancer.url, person)
	s.known()
	return s
}

func (c *cluster) start(p *portalProcess) {
	c.t.Helper()
	if !p.up("") {
		c.t.Fatalf("a node does not start: %s", p.said.String())
	}
}

// some draws files: mostly one that is small, now and then one that is under way for
// seconds.
func (c *cluster) some(large bool) (out []source) {
	last := len(c.sources) - 1
	if large {
		out = append(out, c.sources[last])
	}
	for _, i := range c.random.Perm(last)[:[]int{0, 0, 1, 1, 1, 1, 2}[c.random.IntN(7)]] {
		out = append(out, c.sources[i])
	}
	return out
}

// write writes some requests.
func (c *cluster) write() {
	c.strikeAt = time.Now().Add(500*time.Millisecond + time.Duration(c.random.IntN(Rounds(1500, 3500)))*time.Millisecond)
	for len(c.drafts) < c.atOnce && len(c.sent)+len(c.drafts) < c.requests {
		n := len(c.sent) + len(c.drafts)
		s := c.writers[c.random.IntN(len(c.writers))]
		files := c.some(n%Rounds(5, 20) == 0)
		c.drafts = append(c.drafts, &sentTo{seat: s, written: s.write(fmt.Sprintf("Demande %d", n), files...), says: map[string][]source{}})
		c.files += len(files)
	}
}

// submit sends what is written; to some there is more to say.
func (c *cluster) submit() {
	for _, w := range c.drafts {
		s, n := w.seat, len(c.sent)
		s.submit(w.written)
		switch {
		case n%4 == 0:
			with := c.sources[:n/4%2]
			w.says[s.reply(w.written, fmt.Sprintf("Suite de la demande %d", n), with...)] = with
			c.replies++
			c.replyFiles += len(with)
		case n%7 == 1:
			id, err := s.acts.Do(w.id, "", "withdraw", "C’était une erreur", nil)
			must(c.t, err)
			w.says[id], w.ends = nil, "withdrawn"
			c.withdrawn++
		case n%4 == 2 && c.watcher[s] != "":
			_, err := s.acts.Do(w.id, "", "watchers", "", []string{c.watcher[s]})
			must(c.t, err)
			w.seen = c.watcher[s]
		}
		c.sent = append(c.sent, w)
	}
	c.drafts = nil
	for _, s := range c.seats {
		must(c.t, s.outbox.SendNow())
	}
}

// strike kills a node, or both, in the middle of what they do, and starts them again.
func (c *cluster) strike() {
	pass(c.t.Context(), time.Until(c.strikeAt))
	struck := c.nodes
	if one := c.random.IntN(12); one < 10 {
		struck = c.nodes[one%2 : one%2+1]
	} else {
		c.both++
	}
	for _, p := range struck {
		p.kill()
		c.kills++
	}
	for _, p := range struck {
		c.start(p)
	}
}
