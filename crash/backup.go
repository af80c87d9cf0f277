package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"hookline.dev/hookline/bench/process"
)

// Before some of the kills from outside, the running server is backed up under load, by the real command line. The
// backup is restored into a directory of its own, and the restored store must pass the checks of this suite for the
// calls that were acknowledged before the backup began. An execution that had not ended in the backup runs on there and
// sends its requests once more, so a peer of its own answers them, and they are not compared.

// firstBackup and backupEvery choose the kills from outside, by number, before which there is a backup.
const firstBackup, backupEvery = 2, 40

// backupNow reports whether the n-th kill from outside has a backup before it.
func backupNow(n int) bool { return n == firstBackup || n%backupEvery == 0 }

// backedUp is a backup that was made under load.
type backedUp struct {
	file, keys string
	acks       map[string]string // acknowledged before it began
	err        error
}

// backUp backs up a server after a while, and kills it then. The channel gets one result.
func (s *suite) backUp(ctx context.Context, server *process.Server, after time.Duration) <-chan backedUp {
	done := make(chan backedUp, 1)
	go func() {
		select {
		case <-time.After(after):
		case <-ctx.Done():
		}
		s.mu.Lock()
		b := backedUp{acks: maps.Clone(s.acks)}
		s.mu.Unlock()
		b.file, b.keys = filepath.Join(filepath.Dir(s.Data), "backup.tar"), filepath.Join(filepath.Dir(s.Data), "backup.keys")
		_ = os.Remove(b.keys) // of the backup before
		b.err = s.hookline(ctx, "backup", b.file, "--keys", b.keys, "--data", s.Data)
		server.Kill()
		done <- b
	}()
	return done
}

// hookline runs a command of the real binary.
func (s *suite) hookline(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, s.Real, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("hookline %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// verifyBackup restores a backup and checks the store.
func (s *suite) verifyBackup(ctx context.Context, b backedUp) (err error) {
	if b.err != nil {
		return b.err
	}
	ctx, cancel := context.WithTimeout(ctx, drain)
	defer cancel()
	r := &suite{Options: s.Options, kinds: s.kinds, acks: b.acks, report: Report{Acknowledged: len(b.acks)}}
	r.Data = filepath.Join(filepath.Dir(s.Data), "restored")
	if r.peer, err = startPeer(); err != nil {
		return err
	}
	defer func() { _ = r.peer.server.Close() }()
	if err := s.hookline(ctx, "restore", b.file, "--data", r.Data, "--keys", b.keys); err != nil {
		return err
	}
	if _, err := r.finish(ctx); err != nil {
		return err
	}
	if wrong := r.report.wrong(); wrong != nil {
		return fmt.Errorf("the restored backup: %w\n%v", wrong, r.report)
	}
	s.report.Backups++
	s.report.Restored += len(b.acks)
	return errors.Join(os.RemoveAll(r.Data), os.Remove(b.file))
}
