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

// Plan is Compare for a store that only adds: a field that is gone or has another type is a
// fault.Conflict naming collection and field. The order of fields may change.
func Plan(stored, wanted Collection) (Changes, error) {
	const op = "collection.Plan"
	var ch Changes
	for _, c := range Compare(stored, wanted) {
		switch c.Kind {
		case AddField:
			ch.Add = append(ch.Add, c.New)
		case IndexField:
			ch.Index = append(ch.Index, c.New)
		case RequireField:
			ch.Required = append(ch.Required, c.New)
		case DropField:
			return ch, conflict(op, stored, c.Old, "is stored but missing from the definition; keep the field, as removing it would lose its data")
		case RetypeField:
			return ch, conflict(op, stored, c.Old, "is stored as "+c.Old.shape()+" and cannot become "+c.New.shape()+"; add a field of another name")
		case RenameField:
			return ch, conflict(op, stored, c.Old, "cannot be renamed yet; add a field of another name")
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
