package reader_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// open returns a pool with one reader of an empty database.
func open(t *testing.T, age time.Duration) *reader.Pool {
	t.Helper()
	p := reader.NewPool(reader.Options{Path: filepath.Join(t.TempDir(), "x.db"), Size: 1, Age: age})
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// one makes a short read.
func one(ctx context.Context, p *reader.Pool) error {
	return p.Read(ctx, "test", func(r *reader.Reader) error { return r.Query(`SELECT 1`, func(*conn.Stmt) {}) })
}

func TestAReadThatTakesTooLongIsInterrupted(t *testing.T) {
	p := open(t, time.Millisecond)
	err := p.Read(context.Background(), "test", func(r *reader.Reader) error {
		return r.Query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n`, func(*conn.Stmt) {})
	})
	if !fault.Is(err, fault.Timeout) {
		t.Fatalf("error is %v", err)
	}
	for { // the reader is usable again, unless the machine is too slow for a millisecond
		if err := one(t.Context(), p); err == nil {
			break
		}
	}
}

func TestAReadEndsWhenItsCallerLeaves(t *testing.T) {
	p := open(t, time.Minute)
	ctx, leave := context.WithCancel(t.Context())
	err := p.Read(ctx, "test", func(r *reader.Reader) error {
		leave()
		return r.Query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n`, func(*conn.Stmt) {})
	})
	if !fault.Is(err, fault.Timeout) || !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v", err)
	}
	if err := one(t.Context(), p); err != nil { // the reader is usable again
		t.Fatal(err)
	}
	err = p.Read(t.Context(), "test", func(*reader.Reader) error { // the only reader is in use
		return one(ctx, p)
	})
	if !fault.Is(err, fault.Timeout) || !errors.Is(err, context.Canceled) {
		t.Fatalf("error of one that had to wait is %v", err)
	}
}

func TestAPanicInAReadHarmsNobody(t *testing.T) {
	p := open(t, time.Minute)
	err := p.Read(context.Background(), "test", func(r *reader.Reader) error {
		return r.Query(`SELECT 1`, func(*conn.Stmt) { panic("a defect") })
	})
	if !fault.Is(err, fault.Internal) {
		t.Fatalf("error is %v", err)
	}
	if err := one(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}
