package channels

import (
	"context"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Table stores channels. Its methods may be called concurrently.
type Table struct {
	Writer *writer.Writer
	Pool   *reader.Pool
	Clock  clock.Clock
}

// ChangeChannels creates, replaces and deletes channels. The error is of kind fault.Invalid if one has no name, type or
// config.
func (t *Table) ChangeChannels(put []store.Channel, drop []string) error {
	for _, c := range put {
		if c.Name == "" || c.Type == "" || c.Config.IsMissing() {
			return fault.New("sqlite.ChangeChannels", fault.Invalid, "a channel needs a name, a type and a config")
		}
	}
	now := t.Clock.Now()
	return t.Writer.Run(func(tx *writer.Tx) error {
		for _, name := range drop {
			if err := tx.Exec(`DELETE FROM channels WHERE name = ?1`, name); err != nil {
				return err
			}
		}
		for _, c := range put {
			at := c.UpdatedAt
			if at.IsZero() {
				at = now
			}
			if err := tx.Exec(`REPLACE INTO channels (name, type, config, source, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)`,
				c.Name, c.Type, c.Config, c.Source, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// Channels returns every channel, sorted by name.
func (t *Table) Channels(ctx context.Context) (list []store.Channel, err error) {
	err = t.Pool.Read(ctx, "sqlite.Channels", func(r *reader.Reader) error {
		return r.Query(`SELECT name, type, config, source, updated_at FROM channels ORDER BY name`, func(s *conn.Stmt) {
			list = append(list, store.Channel{
				Name: s.ColumnText(0), Type: s.ColumnText(1), Config: s.ColumnValue(2), Source: s.ColumnText(3), UpdatedAt: s.ColumnTime(4),
			})
		})
	})
	return list, err
}
