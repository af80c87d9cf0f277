package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/variables"
	"hookline.dev/hookline/internal/vault"
)

// This file has what commands do in a data directory whose server is stopped. Each opens the store, which locks the
// directory, and writes to the audit log what it has changed.

// offline opens the store of a data directory for f.
func offline(dir string, f func(store.Store) error) (err error) {
	if _, err := os.Stat(dir); err != nil {
		return fault.As("app.offline", fault.NotFound, err, "there is no data directory %s: name the server's with --data", dir)
	}
	s, err := sqlite.Driver(nil).Open(store.Config{Dir: dir})
	if err != nil {
		return fault.Wrap("app.offline", err)
	}
	defer func() {
		if closing := s.Close(); err == nil {
			err = closing
		}
	}()
	return f(s)
}

// did writes what a command has changed to the audit log.
func did(s store.Store, action string, after value.Value) error {
	_, err := s.AppendAudit([]audit.Entry{{
		At: clock.System().Now(), By: audit.Actor{Kind: audit.Offline, Name: audit.Offline}, Action: action, After: after,
	}})
	return fault.Wrap("app.offline", err)
}

// RotateMasterKey makes a new master key in a data directory whose server is stopped.
func RotateMasterKey(dir string) (done variables.Rotated, err error) {
	err = offline(dir, func(s store.Store) error {
		k, err := variables.Open(variables.Options{
			Store: s, Vars: vault.FromEnviron(nil), Keys: fileKeys{dir}, Clock: clock.System(), Log: slog.New(slog.DiscardHandler), Changed: func() {},
		})
		if err != nil {
			return err
		}
		if done, err = k.Rotate(); err != nil {
			return err
		}
		var b value.ObjectBuilder
		return did(s, "rotate-master-key", b.Set("masterKey", value.String(done.Master)).Set("secrets", value.Int(int64(done.Secrets))).Value())
	})
	return done, err
}

// ResetMasterKey deletes all secrets of a data directory whose master key is lost, and returns their names.
func ResetMasterKey(dir string) (names []string, err error) {
	err = offline(dir, func(s store.Store) error {
		if names, err = variables.Reset(s, fileKeys{dir}); err != nil {
			return err
		}
		v, err := value.From(names)
		if err != nil {
			return err
		}
		return did(s, "reset-master-key", v)
	})
	return names, err
}

// VerifyAudit checks the audit log of a data directory whose server is stopped.
func VerifyAudit(dir string, noted []audit.Mark) (done api.AuditVerified, err error) {
	if _, err := os.Stat(filepath.Join(dir, "hookline.db")); err != nil {
		return done, fault.As("app.VerifyAudit", fault.NotFound, err, "there is no database in %s: name the server's data directory with --data", dir)
	}
	err = offline(dir, func(s store.Store) error {
		done, err = verifyAudit(context.Background(), s, noted)
		return err
	})
	return done, err
}
