package schema

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite" // also registers itself with database/sql, for goose

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate updates the file at path to the newest schema. It uses its own connection through database/sql, and
// closes it before the store opens others. The error is of kind fault.Conflict if a newer version wrote the file.
func Migrate(path string, pageSize int) error {
	const op = "schema.Migrate"
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{"_pragma": {
		fmt.Sprintf("page_size(%d)", pageSize), "journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)",
	}}.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return fault.As(op, fault.Internal, err, "the database %s cannot be opened", path)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	provider, err := newProvider(db)
	if err != nil {
		return conn.OpenFault(op, path, sqliteError(err))
	}
	have, want, err := provider.GetVersions(context.Background())
	if err != nil {
		return conn.OpenFault(op, path, sqliteError(err))
	}
	if have > want {
		return fault.New(op, fault.Conflict, "the database %s was written by a newer Hookline (schema %d, this one knows %d): use that version or a newer one", path, have, want)
	}
	if have == want {
		return nil
	}
	if _, err := provider.Up(context.Background()); err != nil {
		return conn.OpenFault(op, path, sqliteError(err))
	}
	return nil
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
}

// sqliteError returns an error of goose as one of package conn, if it is an error of SQLite.
func sqliteError(err error) error {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return &conn.Error{Code: int32(e.Code()), Message: e.Error()}
	}
	// goose drops the chain of some errors and keeps only their text.
	if strings.Contains(err.Error(), "file is not a database") {
		return &conn.Error{Code: conn.NotADB, Message: err.Error()}
	}
	return err
}

// Version returns the version of a database's schema. The error is of kind fault.Conflict if it is newer than the
// newest one here.
func Version(c *conn.Conn) (int64, error) {
	s, err := c.Prepare(`SELECT max(version_id) FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return 0, err
	}
	defer s.Finalize()
	if _, err := s.Step(); err != nil {
		return 0, err
	}
	have := s.ColumnInt(0)
	want, err := newest()
	if err == nil && have > want {
		err = fault.New("schema.Version", fault.Conflict, "a newer Hookline wrote the database (schema %d, this one knows %d): use that version or a newer one", have, want)
	}
	return have, err
}

// newest returns the number of the last file in migrations.
func newest() (int64, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil || len(files) == 0 {
		return 0, fault.As("schema.newest", fault.Internal, err, "there are no migrations")
	}
	number, _, _ := strings.Cut(files[len(files)-1].Name(), "_")
	return strconv.ParseInt(number, 10, 64)
}
