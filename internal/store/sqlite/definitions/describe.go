package definitions

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// describe stores the definition of a collection.
func describe(tx *writer.Tx, c collection.Collection) error {
	if err := tx.Exec(`INSERT INTO collections (name, unique_sets) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET unique_sets = ?2`, c.Name, rowcodec.EncodeSets(c.Unique)); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM fields WHERE collection = ?1`, c.Name); err != nil {
		return err
	}
	for i, f := range c.Fields {
		if err := tx.Exec(`INSERT INTO fields (collection, name, position, type, required, is_unique, is_index, default_value, properties)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, c.Name, f.Name, i, string(f.Type), f.Required, f.Unique, f.Index, f.Default, rowcodec.EncodeProperties(&f)); err != nil {
			return err
		}
	}
	return nil
}
