package variables

import (
	"context"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Set stores variables. Its methods may be called concurrently.
type Set struct {
	Writer *writer.Writer
	Pool   *reader.Pool
	Clock  clock.Clock
}

const (
	sqlAll      = `SELECT name, data_key, value, updated_at, updated_by FROM variables ORDER BY name`
	sqlKey      = `SELECT id, master, sealed FROM data_keys`
	sqlHasKey   = `SELECT EXISTS (SELECT 1 FROM data_keys WHERE id = ?1)`
	sqlSecrets  = `SELECT name, updated_at FROM variables WHERE data_key <> ''`
	sqlPut      = `REPLACE INTO variables (name, data_key, value, updated_at, updated_by) VALUES (?1, ?2, ?3, ?4, ?5)`
	sqlDelete   = `DELETE FROM variables WHERE name = ?1`
	sqlReseal   = `UPDATE variables SET data_key = ?2, value = ?3 WHERE name = ?1`
	sqlForget   = `DELETE FROM data_keys`
	sqlRemember = `INSERT INTO data_keys (id, master, sealed) VALUES (?1, ?2, ?3)`
)

// Variables returns every variable, sorted by name, and the data key.
func (v *Set) Variables(ctx context.Context) (all []store.Variable, key store.DataKey, err error) {
	err = v.Pool.Read(ctx, "sqlite.Variables", func(r *reader.Reader) error {
		err := r.Query(sqlAll, func(s *conn.Stmt) {
			all = append(all, store.Variable{
				Name: s.ColumnText(0), Key: s.ColumnText(1), Value: s.ColumnBlob(2), UpdatedAt: s.ColumnTime(3), UpdatedBy: s.ColumnText(4),
			})
		})
		if err != nil {
			return err
		}
		return r.Query(sqlKey, func(s *conn.Stmt) {
			key = store.DataKey{ID: s.ColumnText(0), Master: s.ColumnText(1), Sealed: s.ColumnBlob(2)}
		})
	})
	return all, key, err
}

// PutVariable creates or replaces a variable.
func (v *Set) PutVariable(one store.Variable) error {
	const op = "sqlite.PutVariable"
	if one.Name == "" {
		return fault.Field(op, "name", "a variable needs a name")
	}
	if one.UpdatedAt.IsZero() {
		one.UpdatedAt = v.Clock.Now()
	}
	return v.Writer.Run(func(tx *writer.Tx) error {
		if one.Secret() {
			current := false
			if err := tx.Query(sqlHasKey, func(s *conn.Stmt) { current = s.ColumnInt(0) == 1 }, one.Key); err != nil {
				return err
			}
			if !current {
				return fault.New(op, fault.Conflict, "the key was changed meanwhile: try again")
			}
		}
		return tx.Exec(sqlPut, one.Name, one.Key, one.Value, one.UpdatedAt, one.UpdatedBy)
	})
}

// DeleteVariable deletes a variable.
func (v *Set) DeleteVariable(name string) error {
	return v.Writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(sqlDelete, name)
		if err == nil && tx.Changes() == 0 {
			return fault.New("sqlite.DeleteVariable", fault.NotFound, "there is no variable %s", name)
		}
		return err
	})
}

// Reseal replaces the data key and the values of all secrets.
func (v *Set) Reseal(from string, to store.DataKey, secrets []store.Variable) error {
	const op = "sqlite.Reseal"
	if to.ID == "" {
		return fault.Field(op, "key", "a data key needs an id")
	}
	given := make(map[string]store.Variable, len(secrets))
	for _, one := range secrets {
		if one.Key != to.ID {
			return fault.Field(op, one.Name, "is not sealed with the new key")
		}
		given[one.Name] = one
	}
	return v.Writer.Run(func(tx *writer.Tx) error {
		var current string
		if err := tx.Query(sqlKey, func(s *conn.Stmt) { current = s.ColumnText(0) }); err != nil {
			return err
		}
		stored, same := 0, current == from
		if err := tx.Query(sqlSecrets, func(s *conn.Stmt) {
			one, known := given[s.ColumnText(0)]
			stored++
			same = same && known && one.UpdatedAt.UnixMicro() == s.ColumnTime(1).UnixMicro()
		}); err != nil {
			return err
		}
		if !same || stored != len(given) {
			return fault.New(op, fault.Conflict, "secrets were changed meanwhile: try again")
		}
		if err := tx.Exec(sqlForget); err != nil {
			return err
		}
		if err := tx.Exec(sqlRemember, to.ID, to.Master, to.Sealed); err != nil {
			return err
		}
		for _, one := range secrets {
			if err := tx.Exec(sqlReseal, one.Name, one.Key, one.Value); err != nil {
				return err
			}
		}
		return nil
	})
}
