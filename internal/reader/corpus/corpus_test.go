package corpus

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/reader"
	"guichet/internal/reader/pdf/pdftest"
	"guichet/internal/reader/readertest"
)

// TestMain makes the test's own program the child that reads.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == reader.Argument {
		os.Exit(reader.Serve(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

const (
	documents     = 2210    // in every run of the tests
	longDocuments = 100_000 // in the long one
	usualSeed     = 2       // of the short run: of a thousand numbers, chance makes a few wrong ones more or less
	together      = 170     // in an archive: a child takes longer to start than to read it
)

// What is planted is found, and what looks like it is not, in whatever it stands and
// however it is written: as the program reads it, by a child.
func TestCorpus(t *testing.T) {
	many := documents
	seed, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64)
	if err != nil {
		seed = usualSeed
	}
	if os.Getenv("GUICHET_SOAK") != "" {
		many = longDocuments
	}
	t.Logf("GUICHET_SEED=%d", seed)
	rd := reader.New(pdftest.Cache(t))
	rd.Time = time.Minute // a busy machine is not what is tested
	s := newScores()
	var work sync.WaitGroup
	room := make(chan struct{}, 2)
	for batch := 0; batch*together < many; batch++ {
		work.Add(1)
		room <- struct{}{}
		go func() {
			defer work.Done()
			defer func() { <-room }()
			r := rand.New(rand.NewPCG(seed, uint64(batch)))
			var docs []*document
			for i := range together {
				n := batch*together + i
				docs = append(docs, newDocument(r, fmt.Sprintf("d%06d", n), formats[n%len(formats)]))
			}
			readAll(t, rd, r, docs, s)
		}()
	}
	work.Wait()
	s.print(t)
	s.judge(t)
}

var named = regexp.MustCompile(`d\d{6}`)

// readAll reads documents, packed together but the first one, and scores them.
func readAll(t *testing.T, rd *reader.Reader, r *rand.Rand, docs []*document, s *scores) {
	var packed []readertest.File
	for _, d := range docs[1:] {
		packed = append(packed, readertest.File{Name: "lot/" + d.name + d.format.ending, Data: d.format.write(r, d.blocks)})
	}
	first := docs[0]
	for name, data := range map[string][]byte{
		first.name + first.format.ending: first.format.write(r, first.blocks),
		"envoi.zip":                      readertest.Zip(packed...),
	} {
		got, err := rd.Read(t.Context(), reader.File{Name: name, Data: data}, nil)
		if err != nil || len(got.Unread) > 0 || len(got.Scans) > 0 {
			t.Errorf("%s, with %s and on: not read: %v %v %v", name, first.name, err, got.Unread, got.Scans)
		}
		if len(got.Findings) == 500 {
			t.Errorf("%s, with %s and on: more findings than a reading has", name, first.name)
		}
		found := map[string][]desk.Finding{}
		for _, f := range got.Findings {
			of := first.name
			if name == "envoi.zip" {
				of = named.FindString(f.Place.Member)
			}
			found[of] = append(found[of], f)
		}
		for _, d := range docs {
			if (d == first) == (name != "envoi.zip") {
				s.take(d, found[d.name])
			}
		}
	}
}
