//go:build linux || darwin || freebsd

package disk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/disk"
)

// bench is a layer with a connection to a database through it.
type bench struct {
	*testing.T
	layer disk.Layer
	c     *conn.Conn
	dir   string
}

func open(t *testing.T, fault disk.Fault) *bench {
	t.Helper()
	l, err := disk.New(fault)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, layer: l, dir: t.TempDir()}
	b.c, err = conn.Open(filepath.Join(b.dir, "x.db"), conn.ReadWrite, l.Name())
	if err != nil {
		t.Fatal(err)
	}
	b.exec(fmt.Sprintf(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = %d; PRAGMA checkpoint_fullfsync = 1;
PRAGMA wal_autocheckpoint = 0; CREATE TABLE v (i INTEGER PRIMARY KEY, b BLOB)`, l.FullFsync()))
	b.ok(l.SyncLog())
	t.Cleanup(func() {
		_ = b.c.Close()
		l.Close()
	})
	return b
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) exec(sql string) {
	b.Helper()
	b.ok(b.c.Exec(sql))
}

// count opens a copy of the files, as a crash would leave them, and counts the rows.
func (b *bench) count() int64 {
	b.Helper()
	dir := b.TempDir()
	for _, name := range []string{"x.db", "x.db-wal"} {
		data, err := os.ReadFile(filepath.Join(b.dir, name))
		b.ok(err)
		b.ok(os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	c, err := conn.Open(filepath.Join(dir, "x.db"), conn.ReadWrite, "")
	b.ok(err)
	defer func() { _ = c.Close() }()
	s, err := c.Prepare(`SELECT count(*) FROM v`)
	b.ok(err)
	_, err = s.Step()
	b.ok(err)
	return s.ColumnInt(0)
}

func TestATransactionIsOneWriteAndOneSync(t *testing.T) {
	b := open(t, nil)
	before := b.layer.Stats()
	b.exec(`BEGIN; INSERT INTO v VALUES (1, zeroblob(100000)); INSERT INTO v VALUES (2, zeroblob(100000)); COMMIT`)
	made := b.layer.Stats()
	if made.Writes-before.Writes != 1 || made.Syncs != before.Syncs || made.LogBytes-before.LogBytes < 200_000 {
		t.Errorf("the commit: %+v, before %+v", made, before)
	}
	if n := b.count(); n != 2 {
		t.Errorf("%d rows are in the files", n)
	}
	b.ok(b.layer.SyncLog())
	b.ok(b.layer.SyncLog())
	if synced := b.layer.Stats(); synced.Syncs-made.Syncs != 1 || synced.Writes != made.Writes {
		t.Errorf("the sync: %+v, before %+v", synced, made)
	}
}

func TestACheckpointSyncsTheLogFirst(t *testing.T) {
	var order []disk.Operation
	record := false
	b := open(t, func(o disk.Operation) int32 {
		if record {
			order = append(order, o)
		}
		return 0
	})
	b.exec(`INSERT INTO v VALUES (1, zeroblob(1000))`)
	record = true
	_, _, err := b.c.Checkpoint(conn.Passive)
	b.ok(err)
	synced := false
	for _, o := range order {
		synced = synced || o.Log && o.Kind == disk.Sync
		if !o.Log && o.Kind == disk.Write && !synced {
			t.Fatalf("the database was written before the log was synced: %+v", order)
		}
	}
	if last := order[len(order)-1]; last.Log || last.Kind != disk.Sync {
		t.Errorf("the database was not synced at the end: %+v", order)
	}
}

func TestASyncThatFailsWritesAgain(t *testing.T) {
	const ioFailed = 10
	var fail atomic.Int64
	b := open(t, func(o disk.Operation) int32 {
		if o.Kind == disk.Sync && fail.Add(-1) >= 0 {
			return ioFailed
		}
		return 0
	})
	b.exec(`INSERT INTO v VALUES (1, zeroblob(50000))`)
	fail.Store(1)
	before := b.layer.Stats()
	b.ok(b.layer.SyncLog())
	if s := b.layer.Stats(); s.Writes-before.Writes != 1 || s.Syncs-before.Syncs != 1 {
		t.Errorf("%+v, before %+v", s, before)
	}
	b.exec(`INSERT INTO v VALUES (2, zeroblob(50000))`)
	fail.Store(1000)
	if b.layer.SyncLog() == nil {
		t.Error("a disk that keeps nothing was not noticed")
	}
	fail.Store(0)
	b.ok(b.layer.SyncLog())
	if n := b.count(); n != 2 {
		t.Errorf("%d rows are in the files", n)
	}
}

func TestAWriteThatFailsTakesTheTransactionBack(t *testing.T) {
	const full = 13
	failing := false
	b := open(t, func(o disk.Operation) int32 {
		if failing && o.Kind == disk.Write {
			return full
		}
		return 0
	})
	b.exec(`INSERT INTO v VALUES (1, zeroblob(5000))`)
	failing = true
	if err := b.c.Exec(`INSERT INTO v VALUES (2, zeroblob(5000))`); conn.Code(err) != conn.Full || !b.c.Autocommit() {
		t.Errorf("error is %v", err)
	}
	failing = false
	b.exec(`INSERT INTO v VALUES (3, zeroblob(5000))`)
	b.ok(b.layer.SyncLog())
	if n := b.count(); n != 2 {
		t.Errorf("%d rows are in the files", n)
	}
}

// TestALogLongerThanTheBufferIsWhole needs more than one write, and pages that SQLite must read back from the log
// before the transaction ends.
func TestALogLongerThanTheBufferIsWhole(t *testing.T) {
	b := open(t, nil)
	b.exec(`PRAGMA cache_size = 20; BEGIN`)
	for i := range 200 {
		b.exec(fmt.Sprintf(`INSERT INTO v VALUES (%d, randomblob(20000)); UPDATE v SET b = randomblob(15000) WHERE i = %d`, i, i/2))
	}
	b.exec(`COMMIT`)
	b.ok(b.layer.SyncLog())
	if n := b.count(); n != 200 {
		t.Errorf("%d rows are in the files", n)
	}
	b.exec(`PRAGMA integrity_check`)
}
