package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// ofVersion makes a database as an older version made it, and fills it.
func ofVersion(t *testing.T, version int64, fill string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(context.Background(), version); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(context.Background(), fill); err != nil {
		t.Fatal(err)
	}
	return dir
}

// foundation is what the version of migration 1 wrote: one call that succeeded, one that failed, and one
// that was refused.
const foundation = `
INSERT INTO deliveries VALUES
 (100, 'w', 'accepted', 'accept', '', 101, 200, 1000, 1790000000000000,
  '{"method":"POST","path":"/a","query":"","host":"h","ip":"::1","contentType":"t","params":[],"headers":[["A","b"]]}', 4, x'61626364'),
 (102, 'w', 'accepted', 'accept', '', 103, 200, 1000, 1790000000000000, '{"method":"POST"}', 0, x''),
 (104, '', 'unmatched', 'match', 'nobody', 0, 404, 1000, 1790000000000000, '{"method":"GET"}', 0, x'');
INSERT INTO executions (id, workflow, revision, delivery, mode, status, owner, created_at, output) VALUES
 (101, 'w', 'r', 100, 'async', 'succeeded', 1, 1790000000000000, '1.0'),
 (103, 'w', 'r', 102, 'async', 'failed', 1, 1790000000000000, NULL);
INSERT INTO steps VALUES (101, 1, '[{"n":1,"path":"a","status":"succeeded"}]');
INSERT INTO dedupe_keys VALUES ('w', x'2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683', 103, 4000000000000000);
INSERT INTO settings VALUES ('store.incarnation', '7');`

func TestADatabaseOfTheFoundationGoesOn(t *testing.T) {
	s := open(t, Options{Dir: ofVersion(t, 1, foundation)})
	l, err := s.Load(101)
	if err != nil {
		t.Fatal(err)
	}
	at := time.UnixMicro(1790000000000000).UTC()
	want := hook.Delivery{
		ID: 100, Workflow: "w", Outcome: hook.Accepted, Gate: "accept", Execution: 101, Status: 200, Took: time.Microsecond,
		Request: hook.Request{Method: "POST", Path: "/a", Host: "h", IP: "::1", ContentType: "t", Headers: []hook.Header{{Name: "A", Value: "b"}}, Body: []byte("abcd"), ReceivedAt: at},
	}
	if diff := cmp.Diff(want, l.Delivery); diff != "" || l.Execution.Output.Text() != "1.0" || len(l.Steps) != 1 {
		t.Error(diff, l.Execution, l.Steps)
	}
	list, err := s.Deliveries(store.DeliveryQuery{Workflow: "w", Limit: 9})
	if err != nil || len(list) != 2 {
		t.Error(list, err)
	}
	if n, _, err := s.Begin(at); n != 8 || err != nil {
		t.Error(n, err)
	}
	a := call(ident.NewSource(clock.System(), 1), 10)
	a.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte("key")), Expires: at}
	out, err := s.Accept(a)
	if err != nil || out.First == nil || out.First.ID != 103 || !out.Retried {
		t.Fatalf("%+v %v", out, err)
	}
	if l, err := s.Load(103); err != nil || l.Execution.Status != flow.Queued {
		t.Error(l.Execution, err)
	}
	if out, err := s.Forget(store.Forget{Before: at, Limit: 9}); err != nil || out.Deliveries != 2 || out.Executions != 1 {
		t.Error(out, err)
	}
}
