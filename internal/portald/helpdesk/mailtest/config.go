package mailtest

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guichet/internal/line/linetest"
)

const (
	postfixMaster = "/usr/lib/postfix/sbin/master"
	dovecot       = "/usr/sbin/dovecot"
	dovecotLMTP   = "/usr/lib/dovecot/lmtp"
)

// certify makes the certificates of both servers.
func (s *Servers) certify() error {
	authority, err := linetest.NewAuthority("Autorité du courrier", "Essai")
	if err != nil {
		return err
	}
	cert, err := authority.Issue("127.0.0.1", nil)
	if err != nil {
		return err
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: cert.Certificate[0]},
		"key.pem":  {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(s.CAFile, authority.PEM(), 0o644)
}

const dovecotConf = `protocols = imap lmtp
listen = 127.0.0.1
base_dir = {dir}/dovecot/run
state_dir = {dir}/dovecot/state
instance_name = mailtest
log_path = {dir}/dovecot/log
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_format = %Ln
recipient_delimiter = +
mail_location = maildir:{dir}/mail/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
mail_max_userip_connections = 0
mail_fsync = never
passdb {
  driver = static
  args = password={password}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home={dir}/mail/%n allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = {imap}
  }
  inet_listener imaps {
    port = {imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = {lmtp}
  }
}
service auth {
  inet_listener {
    port = {auth}
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`

func (s *Servers) newDovecot() (*Process, error) {
	conf, err := s.write("dovecot/dovecot.conf", s.fill(dovecotConf))
	if err != nil {
		return nil, err
	}
	boxes := filepath.Join(s.dir, "mail")
	if err := os.MkdirAll(boxes, 0o755); err != nil {
		return nil, err
	}
	if err := own(boxes, "nobody"); err != nil {
		return nil, err
	}
	run := filepath.Join(s.dir, "dovecot", "run")
	return &Process{
		args:   []string{dovecot, "-F", "-c", conf},
		listen: []string{s.IMAP, s.IMAPS, s.lmtp, s.auth}, log: filepath.Join(s.dir, "dovecot", "log"), within: 30 * time.Second,
		before: func() error { return os.RemoveAll(run) }, // sockets of one that was killed
	}, nil
}

const mainConf = `compatibility_level = 3.6
queue_directory = {dir}/postfix/queue
data_directory = {dir}/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {dir}/postfix/log
maillog_file_prefixes = {dir}
mail_owner = postfix
setgid_group = postdrop
alias_maps =
alias_database =
myhostname = postfix.{domain}
mydestination =
mynetworks_style = host
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
recipient_delimiter = +
message_size_limit = {size}
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = regexp:{dir}/postfix/boxes
virtual_transport = lmtp:inet:{lmtp-address}
transport_maps = regexp:{dir}/postfix/transports
lmtp_tls_security_level = none
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtpd_tls_security_level = may
smtpd_tls_cert_file = {dir}/cert.pem
smtpd_tls_key_file = {dir}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{auth-address}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
`

const masterConf = `{smtp-address} inet n - n - - smtpd
{smtps-address} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
{login-address} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=login
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
gone unix - n n - - pipe flags= user=nobody argv=/usr/bin/env -i /bin/sh -c {exit 67}
postlog unix-dgram n - n - 1 postlogd
`

func (s *Servers) newPostfix() (*Process, error) {
	folder := filepath.Join(s.dir, "postfix")
	for name, text := range map[string]string{
		"main.cf": mainConf, "master.cf": masterConf,
		"boxes":      "!/^nobody/ ok\n",
		"transports": "/^gone/ gone:\n",
	} {
		if _, err := s.write("postfix/"+name, s.fill(text)); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"queue", "data"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			return nil, err
		}
	}
	if err := own(filepath.Join(folder, "data"), "postfix"); err != nil {
		return nil, err
	}
	if said, err := exec.Command("/usr/sbin/postfix", "-c", folder, "check").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("postfix check: %w: %s", err, said)
	}
	return &Process{
		args:   []string{postfixMaster, "-c", folder, "-d"},
		listen: []string{s.SMTP, s.SMTPS, s.SMTPLogin}, log: filepath.Join(folder, "log"), within: 30 * time.Second,
	}, nil
}

// fill writes a configuration with what is of these servers.
func (s *Servers) fill(text string) string {
	return strings.NewReplacer("{dir}", s.dir, "{domain}", Domain, "{password}", Password,
		"{size}", strconv.FormatInt(s.MaxSize, 10),
		"{imap}", port(s.IMAP), "{imaps}", port(s.IMAPS), "{lmtp}", port(s.lmtp), "{auth}", port(s.auth),
		"{lmtp-address}", s.lmtp, "{auth-address}", s.auth, "{smtp-address}", s.SMTP, "{smtps-address}", s.SMTPS, "{login-address}", s.SMTPLogin,
	).Replace(text)
}

// own gives a folder to a user of the system.
func own(path, name string) error {
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}
