package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/reference/openapi.json anew")

// TestTheDescriptionIsFresh fails if docs/reference/openapi.json differs from the API. Run go test
// ./internal/api -run Description -update to write it.
func TestTheDescriptionIsFresh(t *testing.T) {
	req := httptest.NewRequest("GET", "/api/openapi.json", nil)
	req.Header.Set("Authorization", "Bearer "+testToken)
	w := httptest.NewRecorder()
	New((&fixture{}).deps()).ServeHTTP(w, req)
	var want bytes.Buffer
	if err := json.Indent(&want, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	want.WriteByte('\n')
	path := filepath.Join("..", "..", "docs", "reference", "openapi.json")
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("%s is stale; run go test ./internal/api -run Description -update\n%s", path, diff)
	}
}
