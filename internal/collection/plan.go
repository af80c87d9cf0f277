package collection

import (
	"hookline.dev/hookline/internal/fault"
)

// Changes is what must be done to a stored collection so that it becomes the wanted one. Nothing in
// it loses or converts data.
type Changes struct {
	Add      []Field // new fields; existing records take their default
	Index    []Field // fields whose index or uniqueness changes
	Required []Field // fields that become required: no existing record may hold null there
}

// Plan compares a stored collection with a wanted one. A field that is gone or has another type is a
// fault.Conflict naming collection and field. The order of fields may change.
func Plan(stored, wanted Collection) (Changes, error) {
	const op = "collection.Plan"
	var ch Changes
	for _, f := range stored.Fields {
		if wanted.index(f.Name) < 0 {
			return ch, conflict(op, stored, f, "is stored but missing from the definition; keep the field, as removing it would lose its data")
		}
	}
	for _, f := range wanted.Fields {
		i := stored.index(f.Name)
		if i < 0 {
			ch.Add = append(ch.Add, f)
			continue
		}
		old := stored.Fields[i]
		if old.Type != f.Type {
			return ch, conflict(op, stored, f, "is stored as "+string(old.Type)+" and cannot become "+string(f.Type)+"; add a field of another name")
		}
		if old.Unique != f.Unique || old.Index != f.Index {
			ch.Index = append(ch.Index, f)
		}
		if f.Required && !old.Required {
			ch.Required = append(ch.Required, f)
		}
	}
	return ch, nil
}

func conflict(op string, c Collection, f Field, why string) error {
	err := fault.New(op, fault.Conflict, "field %s of collection %s %s", f.Name, c.Name, why)
	err.Field = "collections." + c.Name + "." + f.Name
	return err
}

// DefaultCell returns the stored form of the field's default; null when there is none.
func (f Field) DefaultCell() Cell {
	cell, broken := f.admit(f.Default)
	if broken != nil {
		return Cell{}
	}
	return cell
}
