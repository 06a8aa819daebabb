package rttest

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
)

// config is RT_SiteConfig.pm. Passwords and tokens are hashed fast, which only a
// test may do, and mail goes into a file.
func (r *RT) config(o Options) (string, error) {
	host, port, err := net.SplitHostPort(r.address)
	if err != nil {
		return "", fmt.Errorf("read address: %w", err)
	}
	database := fmt.Sprintf("Set($DatabaseType, 'SQLite'); Set($DatabaseName, '%s');", r.path("rt.sqlite"))
	if o.Postgres != "" {
		if database, err = r.postgres(o.Postgres); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(`$RT::MasonDataDir = '%s'; $RT::MasonSessionDir = '%s'; $RT::VarPath = '%s';
%s
Set($rtname, 'rt.test'); Set($Organization, 'rt.test'); Set($Timezone, 'UTC');
Set($WebDomain, '%s'); Set($WebPort, %s); Set($WebPath, '');
Set($CorrespondAddress, 'rt@rt.test'); Set($CommentAddress, 'rt-comment@rt.test');
Set($MailCommand, 'mbox'); Set($BcryptCost, 4); Set($MaxAttachmentSize, 64 * 1024 * 1024);
Set($LogToSTDERR, 'error'); Set($LogToSyslog, undef); Set($LogToFile, undef);
%s
1;
`, r.path("mason"), r.path("session"), r.path("var"), database, host, port, o.Config), nil
}

// postgres names a database and a user after the folder, which nobody else has.
func (r *RT) postgres(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Hostname() == "" || u.User == nil {
		return "", fmt.Errorf("the address of PostgreSQL is not postgres://user:password@host:port")
	}
	name := strings.ReplaceAll(filepath.Base(r.Dir), "-", "_")
	return fmt.Sprintf(`Set($DatabaseType, 'Pg'); Set($DatabaseName, '%s'); Set($DatabaseUser, '%s'); Set($DatabasePassword, 'for tests');
Set($DatabaseHost, '%s'); Set($DatabaseRTHost, '%s'); Set($DatabasePort, '%s'); Set($DatabaseAdmin, '%s');`,
		name, name, u.Hostname(), u.Hostname(), u.Port(), u.User.Username()), nil
}

func dba(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return ""
	}
	return u.User.Username()
}

func dbaPassword(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		return ""
	}
	password, _ := u.User.Password()
	return password
}
