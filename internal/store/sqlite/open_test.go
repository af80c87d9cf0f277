package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// refused opens a store that cannot be opened, and checks the error's kind and message.
func refused(t *testing.T, dir string, kind fault.Kind, says ...string) {
	t.Helper()
	s, err := sqlite.Open(sqlite.Options{Dir: dir})
	if err == nil {
		_ = s.Close()
		t.Fatal("it was opened")
	}
	if !fault.Is(err, kind) {
		t.Errorf("kind of %v is %v, want %v", err, fault.KindOf(err), kind)
	}
	for _, part := range says {
		if !strings.Contains(fault.Message(err), part) {
			t.Errorf("message %q does not say %q", fault.Message(err), part)
		}
	}
}

func made(t *testing.T, dir string) {
	t.Helper()
	s, err := sqlite.Open(sqlite.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestADirectoryInUseIsNamed(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlite.Open(sqlite.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, dir, fault.Conflict, dir, "another process")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	made(t, dir) // unlocked again
}

func TestADirectoryThatCannotBeMadeIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(file, "data"), fault.Invalid, file)
	refused(t, "", fault.Invalid, "no data directory")
}

func TestADatabaseThatIsNoneIsNamed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hookline.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database. ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, fault.Internal, path, "restore a backup")
}

func TestADatabaseThatIsDamagedIsNamed(t *testing.T) {
	dir := t.TempDir()
	made(t, dir)
	path := filepath.Join(dir, "hookline.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 100; i < 8000; i++ { // the first page after the file header: the schema
		whole[i] = 0xa5
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, fault.Internal, path, "damaged")
}

func TestADatabaseOfANewerVersionIsRefused(t *testing.T) {
	dir := t.TempDir()
	made(t, dir)
	path := filepath.Join(dir, "hookline.db")
	c, err := conn.Open(path, conn.ReadWrite, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, fault.Conflict, path, "newer")
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s, err := sqlite.Open(sqlite.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Ping(); err != nil {
		t.Fatal(err)
	}
	want := map[string]os.FileMode{"hookline.db": 0o600, "hookline.db-wal": 0o600, "hookline.db-shm": 0o600, "hookline.lock": 0o600}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if mode, known := want[e.Name()]; !known || info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		delete(want, e.Name())
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 || len(want) > 0 {
		t.Errorf("directory: %v %v, missing files %v", info.Mode(), err, want)
	}
}

func TestClosingLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	made(t, dir)
	for _, name := range []string{"hookline.db-wal", "hookline.db-shm"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
}
