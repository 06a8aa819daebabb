package main

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/portald"
	"guichet/internal/portald/admin"
	"guichet/internal/portald/files"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/mail"
	"guichet/internal/portald/helpdesk/rt"

	"github.com/peterbourgon/ff/v3"
	"github.com/rs/zerolog"
)

// options are what the command is told: by its flags, by PORTALD_… in the
// environment, by the file that --config names; the first that says something
// counts.
type options struct {
	listen, data, postgres, people, oidc, catalogue, contracts, releases, helpdesk, admin string
	certificate, key, operate, level                                                      string
	s3                                                                                    files.S3Config
	rate                                                                                  float64
	burst, skip                                                                           int
	retain                                                                                days
	demo, untold                                                                          bool

	rest []string // the command and what it is for
}

const usage = `portald runs the portal that desks send their requests to.

  portald [flags]               serves until it is told to end
  portald [flags] check-config  looks at the configuration, and asks the help desk whether it
                                has what the mapping names; ends with 1 if it could not work
  portald purge [flags] NUMBER  takes the content of a request away, by its number or id: what
                                was written, names and bytes of files; number, dates and
                                hashes stay. The portal may be running
  portald backup [flags] FOLDER   writes rows and files into a new folder (SQLite); the portal
                                may be running
  portald restore [flags] FOLDER  makes a new --data folder of a backup

Each flag can be given as PORTALD_NAME in the environment, and as a line "name value" of the
file that --config names. Secrets are in files of their own, whose names are given.

`

// days is a duration in whole days.
type days time.Duration

const day = 24 * time.Hour

// String implements flag.Value.
func (d *days) String() string { return fmt.Sprintf("%dd", time.Duration(*d)/day) }

// Set implements flag.Value.
func (d *days) Set(text string) error {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "d"))
	if err != nil || n < 0 || n > 36500 {
		return errors.New("it is a number of days, such as 1095d")
	}
	*d = days(time.Duration(n) * day)
	return nil
}

// parse reads the command line, the environment and the file.
func parse(args []string, out io.Writer) (o options, err error) {
	f := flag.NewFlagSet("portald", flag.ContinueOnError)
	f.SetOutput(out)
	f.Usage = func() {
		_, _ = io.WriteString(out, usage)
		f.PrintDefaults()
	}
	f.String("config", "", "file with a line for each flag: listen 127.0.0.1:8480")
	f.StringVar(&o.listen, "listen", "127.0.0.1:8480", "address, host:port; port 0 takes a free one")
	f.StringVar(&o.certificate, "tls-cert", "", "PEM file with the certificate and its chain: the portal speaks TLS itself, and reads it again when it was renewed")
	f.StringVar(&o.key, "tls-key", "", "PEM file with its key")
	f.StringVar(&o.operate, "operate", "", "address of /metrics, /healthz and /readyz, for whoever runs the portal and nobody else")
	f.StringVar(&o.data, "data", "portald-data", "folder for database and files")
	f.StringVar(&o.postgres, "postgres-file", "", "file with the address of a PostgreSQL for the rows, like postgres://portald:secret@host/portald?sslmode=verify-full; SQLite in the folder without it")
	f.StringVar(&o.s3.Bucket, "s3-bucket", "", "bucket of an S3 server for the files; the folder without it")
	f.StringVar(&o.s3.Endpoint, "s3-endpoint", "", "address of the S3 server, like https://s3.example.fr")
	f.StringVar(&o.s3.Region, "s3-region", "", "its region")
	f.StringVar(&o.s3.Prefix, "s3-prefix", "", "what all names in the bucket begin with")
	f.BoolVar(&o.s3.PathStyle, "s3-path-style", false, "the bucket's name stands in the path and not in the host's name")
	f.StringVar(&o.s3.KeyFile, "s3-key-file", "", "file with the access key's id; without it AWS_ACCESS_KEY_ID counts")
	f.StringVar(&o.s3.SecretFile, "s3-secret-file", "", "file with its secret; without it AWS_SECRET_ACCESS_KEY counts")
	f.StringVar(&o.oidc, "oidc", "", "JSON file that says whose access tokens are taken and how they are read")
	f.StringVar(&o.helpdesk, "helpdesk", "", "TOML file that says which help desk is behind the portal, and what is called how there")
	f.StringVar(&o.admin, "admin", "", "JSON file that says who may see the operators' pages at /admin/ and how they sign in; no pages without it")
	f.StringVar(&o.people, "people", "", "JSON file with persons and their roles: of the demo's sign-in page, or whom to name as a practice's admins")
	f.StringVar(&o.catalogue, "catalogue", "", "JSON file with a newer catalogue")
	f.StringVar(&o.contracts, "contracts", "", "JSON file with the contracts of the practices; the demo has some of its own")
	f.StringVar(&o.releases, "releases", "", "folder with the signed releases of the desk's program, to be served to desks")
	f.Float64Var(&o.rate, "rate", 20, "calls a second that each practice may make in the long run; 0 for any number")
	f.IntVar(&o.burst, "burst", 400, "calls that a practice may make at once")
	f.Var(&o.retain, "retain", "how long behind its end the content of a request is kept, as 1095d; number, dates and hashes stay; 0d for ever")
	f.BoolVar(&o.untold, "untold", false, "of purge: also what the help desk has not been told, which never learns of it then")
	f.IntVar(&o.skip, "skip", 1000, "of restore: numbers that are left out behind the last one of the backup, since the portal gave some since")
	f.StringVar(&o.level, "log", "info", "least that is logged: debug tells each call, info, warn, error")
	f.BoolVar(&o.demo, "demo", false, "demo persons with a sign-in page of their own and, unless --people names others, demo requests and a support agent; loopback only")
	command := []string{} // it may stand before the flags
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[:1], args[1:]
	}
	if err := ff.Parse(f, args, ff.WithEnvVarPrefix("PORTALD"), ff.WithConfigFileFlag("config"), ff.WithConfigFileParser(ff.PlainParser)); err != nil {
		return o, err
	}
	o.rest = append(command, f.Args()...)
	return o, nil
}

// configure makes the portal's configuration of the options and their files.
func configure(o options) (cfg portald.Config, err error) {
	level, err := zerolog.ParseLevel(o.level)
	if err != nil {
		return cfg, fmt.Errorf("--log %s: there are debug, info, warn and error", o.level)
	}
	cfg = portald.Config{
		Listen: o.listen, Data: o.data, Releases: o.releases, Operate: o.operate, Retain: time.Duration(o.retain), Rate: portald.Rate{PerSecond: o.rate, Burst: o.burst},
		Demo: o.demo && o.people == "", Log: zerolog.New(os.Stderr).Level(level).With().Timestamp().Logger(),
	}
	if err := o.fit(); err != nil {
		return cfg, err
	}
	if o.s3.Bucket != "" {
		cfg.S3 = &o.s3
	}
	if o.demo && o.oidc+o.admin != "" {
		return cfg, errors.New("--demo signs people in itself: give --demo, or --oidc and --admin")
	}
	for _, read := range []func(options, *portald.Config) error{withPeople, withOIDC, withCatalogue, withContracts, withPostgres, withTLS, withHelpdesk, withAdmin} {
		if err := read(o, &cfg); err != nil {
			return cfg, err
		}
	}
	return cfg, nil
}

// fit tells of settings that would do something else than whoever gave them thinks.
func (o options) fit() error {
	switch s3 := o.s3; {
	case s3.Bucket == "" && s3 != (files.S3Config{}):
		return errors.New("there are settings of S3 and no --s3-bucket: files would go to the folder")
	case (o.certificate == "") != (o.key == ""):
		return errors.New("give --tls-cert and --tls-key, or none of them")
	case o.rate < 0 || o.rate > 0 && o.burst < 1:
		return fmt.Errorf("with --rate %v and --burst %d no practice could call: --rate 0 is for any number", o.rate, o.burst)
	}
	return nil
}

func withPeople(o options, cfg *portald.Config) (err error) {
	return file(o.people, "persons", func(body []byte) error {
		cfg.People, err = portald.ParsePeople(body)
		return err
	})
}

func withOIDC(o options, cfg *portald.Config) error {
	return file(o.oidc, "sign-in", func(body []byte) error {
		c, err := portald.ParseOIDC(body)
		cfg.OIDC = &c
		return err
	})
}

func withCatalogue(o options, cfg *portald.Config) error {
	return file(o.catalogue, "catalogue", func(body []byte) error {
		cfg.Catalogue = body
		return nil
	})
}

func withContracts(o options, cfg *portald.Config) (err error) {
	return file(o.contracts, "contracts", func(body []byte) error {
		cfg.Contracts, err = portald.ParseContracts(body)
		return err
	})
}

func withPostgres(o options, cfg *portald.Config) error {
	return file(o.postgres, "the database's address", func(body []byte) error {
		if cfg.Postgres = strings.TrimSpace(string(body)); cfg.Postgres == "" {
			return fmt.Errorf("%s is empty: it holds the address of a PostgreSQL", o.postgres)
		}
		return nil
	})
}

func withTLS(o options, cfg *portald.Config) error {
	if o.certificate == "" {
		return nil
	}
	c := &certificate{files: [2]string{o.certificate, o.key}, log: cfg.Log}
	if err := c.read(); err != nil {
		return err
	}
	cfg.TLS = &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
	return nil
}

func withHelpdesk(o options, cfg *portald.Config) error {
	return file(o.helpdesk, "help desk", func(body []byte) error {
		m, err := helpdesk.Parse(body)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(body)
		h := &portald.Helpdesk{
			Digest: hex.EncodeToString(digest[:]),
			Kind:   m.Kind, Settle: time.Duration(m.Settle),
			Queues: slices.Sorted(maps.Keys(m.Queues)), Fields: slices.Sorted(maps.Keys(m.Fields)),
		}
		switch m.Kind {
		case "rt":
			h.Connector, err = rt.New(m, nil)
		case "mail":
			log := cfg.Log
			h.Connector, err = mail.New(m, func(n mail.Notice) {
				log.Warn().Str("what", n.What).Str("item", n.Request).Str("message", n.Message).Msg("help desk: a message that is not told to the practice")
			})
		}
		cfg.Helpdesk = h
		return err
	})
}

func withAdmin(o options, cfg *portald.Config) error {
	return file(o.admin, "the operators' sign-in", func(body []byte) error {
		c, err := admin.Parse(body)
		if err != nil {
			return err
		}
		cfg.Admin = &c
		return file(c.SecretFile, "the client's secret", func(secret []byte) error {
			c.Secret = strings.TrimSpace(string(secret))
			return nil
		})
	})
}

// file reads one of the files that options name; none is none.
func file(name, of string, take func([]byte) error) error {
	if name == "" {
		return nil
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", of, err)
	}
	return take(body)
}
