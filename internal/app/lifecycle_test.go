package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite"
)

// settings returns the settings of a server on port 0 with the data directory dir.
func settings(dir string) config.Server {
	c := config.Default()
	c.Data, c.Listen = filepath.Join(dir, "data"), "127.0.0.1:0"
	return c
}

func TestASecondServerOnTheSameDataIsRefused(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	_, err := app.New(settings(dir), app.Options{})
	if err == nil || !strings.Contains(fault.Message(err), "is used by another process") {
		t.Fatalf("got %v", err)
	}
}

func TestATakenPortNamesTheFlag(t *testing.T) {
	first, _ := start(t, t.TempDir())
	c := settings(t.TempDir())
	c.Listen = strings.TrimPrefix(first.URL(), "http://")
	second, err := app.New(c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = second.Start(context.Background())
	if err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("got %v", err)
	}
	if err := second.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestTheStoreGetsItsSettings(t *testing.T) {
	c := settings(t.TempDir())
	c.DiskReserve = 5 * config.MiB
	var got sqlite.Options
	a, err := app.New(c, app.Options{Driver: sqlite.Driver(func(o *sqlite.Options) { got = *o })})
	if err != nil {
		t.Fatal(err)
	}
	if got.Dir != c.Data || got.Reserve != c.DiskReserve {
		t.Errorf("%+v", got)
	}
	if err := a.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAWrongDocumentStopsTheStartAndChangesNothingOnReload(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	file := filepath.Join(dir, "workflows", "all.yaml")
	if err := os.WriteFile(file, []byte("workflow: save\ntrigger: {type: webhook, auth: none}\nnodes: [{key: a, type: sett}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := a.Reload()
	if err == nil || !strings.Contains(err.Error(), "all.yaml:3") || !strings.Contains(err.Error(), `did you mean "set"`) {
		t.Fatalf("got %v", err)
	}
	if status, _, _ := call(t, a.URL()+"/api/webhooks/ask/me", "", "", `{}`); status != http.StatusCreated {
		t.Fatalf("the old revision answers %d", status)
	}
	c := settings(t.TempDir())
	c.Workflows = filepath.Join(dir, "workflows")
	fresh, err := app.New(c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := fresh.Start(context.Background()); err == nil || !strings.Contains(err.Error(), "all.yaml:3") {
		t.Errorf("got %v", err)
	}
	if err := fresh.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAReloadPublishesWhatChangedAndKeepsWhatWasSwitchedOff(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	file := filepath.Join(dir, "workflows", "all.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	off, _, _ := request(t, http.MethodPost, a.URL()+"/api/workflows/save/disable", token(t, dir))
	if off != http.StatusOK {
		t.Fatalf("disable: %d", off)
	}
	changed := strings.Replace(string(text), "status: 201", "status: 202", 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := a.Reload()
	if err != nil || len(report.Published) != 1 || report.Published[0] != "ask" || len(report.Unchanged) != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	if status, _, _ := call(t, a.URL()+"/api/webhooks/ask/me", "", "", `{}`); status != http.StatusAccepted {
		t.Fatalf("the new revision answers %d", status)
	}
	if status, _, _ := call(t, a.URL()+"/api/webhooks/save", "octo", "open sesame", `{}`); status != http.StatusNotFound {
		t.Fatalf("a workflow that was switched off answers %d", status)
	}
}

func TestWhoeverAsksForReadinessCausesFewWrites(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	written := func() int64 {
		_, _, text := request(t, http.MethodGet, a.URL()+"/api/stats", token(t, dir))
		var stats map[string]int64
		if err := json.Unmarshal([]byte(text), &stats); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return stats["store.members"]
	}
	before := written()
	const askers, questions = 8, 50
	var group sync.WaitGroup
	for range askers {
		group.Go(func() {
			for range questions {
				if status, _, text := request(t, http.MethodGet, a.URL()+"/readyz", ""); status != http.StatusOK || text != "ready\n" {
					t.Errorf("%d %s", status, text)
				}
			}
		})
	}
	group.Wait()
	if n := written() - before; n < 1 || n > askers*questions/10 {
		t.Errorf("%d questions caused %d writes", askers*questions, n)
	}
}

// token reads the API's token, as a client on the same machine does.
func token(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "token"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// request calls the API.
func request(t *testing.T, method, url, token string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return send(t, req)
}
