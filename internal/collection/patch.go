package collection

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Patch is the change that an Update makes to each record.
type Patch struct {
	Sets []Set // in the order of the fields, each field once
	Now  time.Time
}

// Set is the change of one field.
type Set struct {
	Index      int         // index in Collection.Fields
	Cell       Cell        // the new value, without Arithmetic
	Arithmetic *Arithmetic // if not nil, the new value is computed from the current one
}

// AdmitUpdate checks the values of an Update as Admit does for a new record, but only the given ones. There must
// be at least one. An integer or number field also accepts {"$inc": n} and {"$mul": n}. now becomes updatedAt.
func (c Collection) AdmitUpdate(values value.Value, now time.Time) (Patch, *Violation) {
	given, broken := c.sort(values)
	if broken != nil {
		return Patch{}, broken
	}
	p := Patch{Now: now.UTC().Truncate(time.Microsecond)}
	for i := range c.Fields {
		f, v := &c.Fields[i], given[i]
		if v.IsMissing() {
			continue
		}
		set := Set{Index: i}
		if v.Kind() == value.KindObject && (f.Type == Integer || f.Type == Number) {
			set.Arithmetic, broken = f.arithmetic(v)
		} else {
			set.Cell, broken = f.admit(v)
		}
		if broken != nil {
			return Patch{}, broken
		}
		if f.Stored() {
			p.Sets = append(p.Sets, set)
		}
	}
	if len(p.Sets) == 0 {
		return Patch{}, &Violation{Code: CodeType, Message: "the values name no field: give at least one that changes"}
	}
	return p, nil
}

// Amend returns a record after a Patch, with its JSON. Its updatedAt is the Patch's time, or one microsecond
// after the previous updatedAt if that is later. So updatedAt distinguishes the versions of a record, whatever
// the clock does. Amend does not change the cells of old.
func (c Collection) Amend(old Row, p Patch) (Row, value.Value, *Violation) {
	changed := Row{ID: old.ID, Created: old.Created, Updated: p.Now, Cells: append([]Cell(nil), old.Cells...)}
	if !changed.Updated.After(old.Updated) {
		changed.Updated = old.Updated.Add(time.Microsecond)
	}
	for _, set := range p.Sets {
		cell := set.Cell
		if set.Arithmetic != nil {
			var broken *Violation
			if cell, broken = c.Fields[set.Index].Compute(old.Cells[set.Index], *set.Arithmetic); broken != nil {
				return Row{}, value.Value{}, broken
			}
		}
		changed.Cells[set.Index] = cell
	}
	record := c.Render(changed.ID, changed.Created, changed.Updated, changed.Cells)
	if n := len(record.Text()); n > MaxRecord {
		return Row{}, value.Value{}, tooLong(n)
	}
	return changed, record, nil
}

// tooLong returns the violation for a record that is too large as a whole.
func tooLong(n int) *Violation {
	return &Violation{Code: CodeTooLarge, Message: "the record has " + strconv.Itoa(n) +
		" bytes as JSON; a record may have " + strconv.Itoa(MaxRecord)}
}
