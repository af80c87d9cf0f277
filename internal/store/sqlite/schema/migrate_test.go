package schema

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// older creates a database with the first migrations, up to a version, and fills it.
func older(t *testing.T, version int64, fill string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	provider, err := newProvider(db)
	if err == nil {
		_, err = provider.UpTo(t.Context(), version)
	}
	if err == nil {
		_, err = db.ExecContext(t.Context(), fill)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func rows(t *testing.T, path, query string) (list []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	return list
}

func TestRevisionsBecomeNumberedVersions(t *testing.T) {
	path := older(t, 1, `
INSERT INTO revisions (workflow, hash, document) VALUES ('b', 'f', '1'), ('a', 'z', '1'), ('b', 'e', '2'), ('a', 'y', '2'), ('a', 'x', '3');
INSERT INTO workflows (key, enabled, revision, source, updated_at) VALUES ('a', 1, 'y', 'a.yaml', 5), ('b', 0, 'e', '', 7)`)
	if err := Migrate(path, 4096); err != nil {
		t.Fatal(err)
	}
	got := rows(t, path, `SELECT workflow || number || ' ' || revision || ' ' || coalesce(published_at, '-') || ' ' || origin FROM versions ORDER BY workflow, number`)
	want := []string{"a1 z - ", "a2 y - ", "a3 x - ", "a4 y 5 a.yaml", "b1 f - ", "b2 e 7 "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = rows(t, path, `SELECT key || ' ' || version || ' ' || revision || ' ' || file_revision FROM workflows ORDER BY key`)
	if diff := cmp.Diff([]string{"a 4 y y", "b 2 e "}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMigrationsHaveNumbersOfTheirOwn(t *testing.T) {
	seen := map[string]string{}
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		if other := seen[number]; other != "" {
			t.Errorf("%s and %s have the same number", other, e.Name())
		}
		seen[number] = e.Name()
	}
}
