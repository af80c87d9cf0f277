package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
)

// renameKeys is migration 5: keys were named by their workflow and their hash, in the table and in the
// rows of the log, and go into the table under the name they have now. It is Go, as SQL has no SHA-256.
func renameKeys(ctx context.Context, tx *sql.Tx) error {
	put, err := tx.PrepareContext(ctx, `REPLACE INTO dedupe_keys (id, execution, expires_at, body_sha256) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	keep := func(workflow string, key []byte, execution, expires int64, body any) error {
		id := newKeyID(workflow, (*[sha256.Size]byte)(key))
		_, err := put.ExecContext(ctx, id[:], execution, expires, body)
		return err
	}
	err = eachRow(ctx, tx, `SELECT workflow, key_sha256, execution, expires_at, body_sha256 FROM old_dedupe_keys`, func(rows *sql.Rows) error {
		var (
			workflow           string
			key, body          []byte
			execution, expires int64
		)
		if err := rows.Scan(&workflow, &key, &execution, &expires, &body); err != nil {
			return err
		}
		if len(key) != sha256.Size {
			return errDamaged()
		}
		return keep(workflow, key, execution, expires, nullable(body))
	})
	if err != nil {
		return err
	}
	err = eachRow(ctx, tx, `SELECT keys FROM old_dedupe_log ORDER BY id`, func(rows *sql.Rows) error {
		var row []byte
		if err := rows.Scan(&row); err != nil {
			return err
		}
		return unpackOld(row, keep)
	})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DROP TABLE old_dedupe_keys; DROP TABLE old_dedupe_log`)
	return err
}

func eachRow(ctx context.Context, tx *sql.Tx, query string, f func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// nullable is a blob, or NULL.
func nullable(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

// unpackOld reads a row of the log as it was before migration 4: for each key the length of the workflow's
// name (uvarint) and the name, and then what it is now, with the key's hash in place of its name.
func unpackOld(row []byte, f func(workflow string, key []byte, execution, expires int64, body any) error) error {
	r := keyReader{rest: row}
	for len(r.rest) > 0 {
		n, size := binary.Uvarint(r.rest)
		if size <= 0 || n > uint64(len(r.rest)) {
			return errDamaged()
		}
		r.take(size)
		workflow := string(r.take(int(n)))
		if !r.next() {
			return errDamaged()
		}
		var body any
		if r.entry.body != nil {
			body = r.entry.body[:]
		}
		if err := f(workflow, r.id[:], int64(r.entry.execution), r.entry.expires, body); err != nil {
			return err
		}
	}
	return nil
}
