package portald_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/portal"
)

var (
	ofPortal = regexp.MustCompile(`^(files|portald\.(db|db-wal|db-shm|lock))$`)
	ofUpload = regexp.MustCompile(`^([0-9a-f-]{36}\.[0-9a-f-]{36}(\.info)?|portald_owner)$`)
)

// FuzzUpload makes any tus calls about a request that waits for one file; {R}
// and {F} stand for their ids. Nothing is written elsewhere than where the file
// belongs, the offset is always that of the bytes, and the number comes for the
// announced bytes alone.
func FuzzUpload(f *testing.F) {
	if inBucket() {
		f.Skip("it looks at the folder")
	}
	d := fuzzDoor(f)
	const octets = "application/offset+octet-stream"
	for _, c := range []struct {
		method, upload, metadata, length, offset, media, version, body string
	}{
		{"PATCH", "{R}.{F}", "", "", "0", octets, "1.0.0", "x"},
		{"PATCH", "{R}.{F}", "", "", "0", octets, "1.0.0", "y"},
		{"PATCH", "{R}.{F}", "", "", "0", octets, "1.0.0", "xx"},
		{"PATCH", "{R}.{F}", "", "", "1", octets, "1.0.0", "x"},
		{"PATCH", "{R}.{F}", "", "", "-1", octets, "1.0.0", "x"},
		{"PATCH", "{R}.{F}", "", "1", "0", "text/plain", "0.2", ""},
		{"HEAD", "{R}.{F}", "", "", "", "", "1.0.0", ""},
		{"HEAD", "{R}.{F}.info", "", "", "", "", "", ""},
		{"HEAD", "{F}.{R}", "", "", "", "", "1.0.0", ""},
		{"PATCH", "../../portald.db", "", "", "0", octets, "1.0.0", "x"},
		{"POST", "", "request {R},file {F}", "1", "", "", "1.0.0", ""},
		{"POST", "", "request {R},file {F}", "2", "", "", "1.0.0", ""},
		{"POST", "", "request {R}", "9223372036854775808", "", "", "1.0.0", ""},
		{"POST", "", "request ../..,file x", "1", "", octets, "1.0.0", "x"},
		{"POST", "{R}", "request", "-1", "0", "", "", ""},
	} {
		f.Add(c.method, c.upload, c.metadata, c.length, c.offset, c.media, c.version, []byte(c.body))
	}
	f.Fuzz(func(t *testing.T, method, upload, metadata, length, offset, media, version string, body []byte) {
		announced, id := aFile(claire), newID(t)
		named := strings.NewReplacer("{R}", id, "{F}", announced.ID)
		d.knock(t, claire, http.MethodPut, pathOf(id), encoded(t, withFiles(technical(tilleuls), announced)), nil)
		if method != http.MethodPost {
			create := tusCall(named, "request {R},file {F}", "1", "", "", "1.0.0")
			if status, _, out := d.knock(t, claire, http.MethodPost, portal.RouteUploads, nil, create); status != http.StatusCreated {
				t.Fatalf("create: %d %s", status, out)
			}
		}
		path := portal.RouteUploads
		if upload != "" {
			path += "/" + url.PathEscape(named.Replace(upload))
		}
		status, header, _ := d.knock(t, claire, method, path, body, tusCall(named, metadata, length, offset, media, version))
		if method == http.MethodPost && status == http.StatusCreated && length != "1" {
			t.Errorf("an upload of %q bytes for a file of one", length)
		}
		if method == http.MethodPatch && status == http.StatusNoContent {
			begun, err := strconv.ParseInt(offset, 10, 64)
			if said := header.Get("Upload-Offset"); err != nil || said != strconv.FormatInt(begun+int64(len(body)), 10) {
				t.Errorf("%d bytes at %q, and it stands at %q", len(body), offset, said)
			}
		}
		d.inOrder(t, id, announced)
	})
}

// tusCall is a call's header; an empty value leaves its line out.
func tusCall(named *strings.Replacer, metadata, length, offset, media, version string) http.Header {
	h := http.Header{}
	var pairs []string
	for pair := range strings.SplitSeq(metadata, ",") {
		key, value, _ := strings.Cut(pair, " ")
		pairs = append(pairs, key+" "+base64.StdEncoding.EncodeToString([]byte(named.Replace(value))))
	}
	for k, v := range map[string]string{"Upload-Length": length, "Upload-Offset": offset, "Content-Type": media, "Tus-Resumable": version} {
		if v != "" {
			h[k] = []string{v}
		}
	}
	if metadata != "" {
		h["Upload-Metadata"] = []string{strings.Join(pairs, ",")}
	}
	return h
}

// inOrder looks at what a call has left: the folders, where the upload stands,
// and whether there is a number. Then it withdraws the request, if it can be.
func (d *door) inOrder(t *testing.T, id string, f portal.File) {
	t.Helper()
	for dir, known := range map[string]*regexp.Regexp{d.folder: ofPortal, filepath.Join(d.folder, "files"): ofUpload, filepath.Dir(d.folder): regexp.MustCompile(`^\d+$`)} {
		found, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found {
			if !known.MatchString(e.Name()) {
				t.Errorf("%s appeared in %s", e.Name(), dir)
			}
		}
	}
	bytes, err := os.ReadFile(filepath.Join(d.folder, "files", portal.UploadID(id, f.ID)))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	status, header, _ := d.knock(t, claire, http.MethodHead, uploadPath(id, f), nil, http.Header{"Tus-Resumable": {"1.0.0"}})
	if status == http.StatusOK && header.Get("Upload-Offset") != strconv.Itoa(len(bytes)) {
		t.Errorf("it stands at %s with %d bytes", header.Get("Upload-Offset"), len(bytes))
	}
	_, _, out := d.knock(t, claire, http.MethodGet, pathOf(id), nil, nil)
	held := answered[portal.Request](t, out)
	if whole := string(bytes) == "x"; whole != (held.Number != "") || whole != held.Files[0].Received {
		t.Errorf("number %q, received %t, with bytes %q", held.Number, held.Files[0].Received, bytes)
	}
	if held.Number == "" {
		d.knock(t, claire, http.MethodDelete, pathOf(id), nil, nil)
	}
}
