package collection

import (
	"hookline.dev/hookline/internal/value"
)

// relation admits the id of the record that this one belongs to. The store must check that it exists.
func (f *Field) relation(v value.Value) (Cell, *Violation) {
	if f.Relation == HasMany {
		return Cell{}, &Violation{Code: CodeRelation, Field: f.Name, Message: f.Name + " is the records of " + f.Target +
			" whose " + f.ForeignKey + " is this one: set " + f.ForeignKey + " there"}
	}
	id, ok := numeral(v).Int()
	if !ok || id < 1 {
		want := "the id of a record of " + f.Target
		if v.Kind() == value.KindObject {
			want += " (write its .id)"
		}
		return Cell{}, f.wrong(want, v)
	}
	return Cell{Kind: CellInt, Int: id}, nil
}

// NoTarget returns the violation for a belongsTo that refers to a record that does not exist.
func (f Field) NoTarget(id int64) *Violation {
	return &Violation{Code: CodeRelation, Field: f.Name,
		Message: f.Name + " must be the id of a record of " + f.Target + "; there is none with id " + value.Int(id).Text()}
}

// Held returns the violation for deleting a record to which others belong by f, a belongsTo of the collection by,
// whose OnDelete is Restrict.
func (f Field) Held(by string, id int64) *Violation {
	return &Violation{Code: CodeRelation, Field: f.Name, Message: "record " + value.Int(id).Text() + " of " + f.Target +
		" cannot be deleted: records of " + by + " belong to it by " + f.Name + "; delete those first, or give " + f.Name + " another onDelete"}
}
