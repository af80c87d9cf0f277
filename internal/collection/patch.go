package collection

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Patch is what an Update does to each record it touches.
type Patch struct {
	Sets []Set // in the order of the fields, each field once
	Now  time.Time
}

// Set is the change of one field.
type Set struct {
	Index      int         // of Collection.Fields
	Cell       Cell        // what it becomes, without Arithmetic
	Arithmetic *Arithmetic // what it becomes is computed from what it is
}

// AdmitUpdate checks the values of an Update like Admit those of a new record, but only the ones that
// are given, and at least one must be. Beside a value, an integer or number field takes {"$inc": n}
// and {"$mul": n}. now becomes updatedAt.
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

// Amend returns a record as it is after a Patch, and its JSON. Its updatedAt is the Patch's time, or
// a microsecond after the one before when that is not earlier: so updatedAt tells versions of a
// record apart, whatever the clock does. The cells of old are not changed.
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

// tooLong is the violation of a record that is too large as a whole.
func tooLong(n int) *Violation {
	return &Violation{Code: CodeTooLarge, Message: "the record has " + strconv.Itoa(n) +
		" bytes as JSON; a record may have " + strconv.Itoa(MaxRecord)}
}
