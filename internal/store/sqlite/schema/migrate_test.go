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

func TestBucketsOfAllTogetherLieApart(t *testing.T) {
	path := older(t, 8, `
INSERT INTO statistics_buckets (width, start, workflow, accepted, repeats, filtered, handshakes, rejected, unmatched, dropped, bytes,
	succeeded, failed, aborted, canceled, retried)
SELECT b.column1, b.column2, b.column3, b.column4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM (VALUES (60, 0, '*', 3), (60, 0, 'a', 2), (60, 0, 'b', 1), (60, 60, '*', 4), (60, 60, 'a', 4), (3600, 0, '*', 7), (3600, 0, 'a', 6), (3600, 0, 'b', 1)) AS b;
UPDATE statistics_sizes SET rows = 5 WHERE width = 60;
UPDATE statistics_sizes SET rows = 3 WHERE width = 3600`)
	if err := Migrate(path, 4096); err != nil {
		t.Fatal(err)
	}
	got := rows(t, path, `SELECT width || ' ' || start || ' ' || workflow || ' ' || accepted FROM statistics_buckets ORDER BY width, start, workflow`)
	want := []string{"-3600 0 * 7", "-60 0 * 3", "-60 60 * 4", "60 0 a 2", "60 0 b 1", "60 60 a 4", "3600 0 a 6", "3600 0 b 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = rows(t, path, `SELECT width || ' ' || rows FROM statistics_sizes ORDER BY width`)
	if diff := cmp.Diff([]string{"-86400 0", "-3600 1", "-60 2", "60 3", "3600 2", "86400 0"}, got); diff != "" {
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
