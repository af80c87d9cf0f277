package app_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/watch"
)

func TestABackupOfARunningServerIsAServerAgain(t *testing.T) {
	dir := t.TempDir()
	a, events := start(t, dir)
	const body = `{"ref":"refs/heads/main","n":1}`
	if status, _, text := call(t, a.URL()+"/api/webhooks/save", "octo", "open sesame", body); status != 200 {
		t.Fatal(status, text)
	}
	for e := range each(t, events) {
		if e.Kind == watch.OfExecution {
			break
		}
	}
	status, header, archive := request(t, http.MethodGet, a.URL()+"/api/backup?gzip=true", token(t, dir))
	if status != 200 || header.Get("Content-Type") != "application/gzip" {
		t.Fatal(status, header, archive)
	}
	for _, name := range []string{token(t, dir), "open sesame"} {
		if strings.Contains(unzipped(t, archive), name) {
			t.Errorf("the backup contains %q", name)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "data", "backup*")); len(left) > 0 {
		t.Errorf("a backup left %v", left)
	}
	keys, err := app.Keys(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	free := func(string) (int64, bool) { return 0, false }
	m, err := app.Restore(context.Background(), strings.NewReader(archive), app.Restored{Dir: filepath.Join(other, "data"), Keys: keys, Free: free})
	if err != nil || m.Store != "SQLite" {
		t.Fatal(m, err)
	}
	if token(t, other) != token(t, dir) {
		t.Error("the token is another one")
	}
	b, _ := start(t, other)
	status, _, text := request(t, http.MethodGet, b.URL()+"/api/collections/pushes/records", token(t, other))
	if status != 200 || strings.Count(text, `"branch":"refs/heads/main"`) != 1 {
		t.Errorf("%d %s", status, text)
	}
	var again bytes.Buffer
	if err := app.BackUpStopped(context.Background(), filepath.Join(other, "data"), "v", &again, false); !fault.Is(err, fault.Conflict) {
		t.Errorf("the directory of a running server was copied: %v", err)
	}
}

func TestAStoppedServerIsBackedUp(t *testing.T) {
	dir := t.TempDir()
	_, stop := startUntil(t, dir, func(*config.Server) {})
	stop()
	var archive bytes.Buffer
	data := filepath.Join(dir, "data")
	before := names(t, data)
	if err := app.BackUpStopped(context.Background(), data, "v", &archive, false); err != nil {
		t.Fatal(err)
	}
	if after := names(t, data); after != before {
		t.Errorf("the directory had %s and has %s", before, after)
	}
	to := app.Restored{Dir: t.TempDir(), Free: func(string) (int64, bool) { return 0, false }}
	if _, err := app.Restore(context.Background(), &archive, to); err != nil {
		t.Fatal(err)
	}
	if got := names(t, to.Dir); got != "blobs hookline.db" {
		t.Errorf("restored: %s", got)
	}
	// The help of restore --keys says so.
	c := settings(t.TempDir())
	c.Data = to.Dir
	if _, err := app.New(c, app.Options{Log: testLog(t), Environ: []string{}}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "master.key in the data directory does not exist") {
		t.Errorf("a server without its master key starts: %v", err)
	}
}

func TestAFileOfKeysThatIsNoneIsRefused(t *testing.T) {
	dir := t.TempDir()
	_, stop := startUntil(t, dir, func(*config.Server) {})
	stop()
	var archive bytes.Buffer
	if err := app.BackUpStopped(context.Background(), filepath.Join(dir, "data"), "v", &archive, false); err != nil {
		t.Fatal(err)
	}
	for _, keys := range []string{"", "token", `{"format":2,"keys":{}}`, `{"format":1,"keys":{"../token":"x"}}`, `{"format":1,"keys":{"hookline.db":"x"}}`} {
		to := app.Restored{Dir: filepath.Join(t.TempDir(), "new"), Keys: []byte(keys), Free: func(string) (int64, bool) { return 0, false }}
		if _, err := app.Restore(context.Background(), bytes.NewReader(archive.Bytes()), to); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", keys, err)
		}
		if _, err := os.Stat(to.Dir); err == nil {
			t.Errorf("%s: something was restored", keys)
		}
	}
	if _, err := app.Keys(t.TempDir()); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

// names returns the names of the files in a directory.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// unzipped returns the content of a compressed archive.
func unzipped(t *testing.T, archive string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
