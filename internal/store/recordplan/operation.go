package recordplan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// CheckOp returns an error of kind fault.Unsupported for an operation of an unknown kind.
func CheckOp(op string, o *collection.Op) error {
	switch o.Kind {
	case collection.Create, collection.Update, collection.Delete:
		return nil
	default:
		return fault.New(op, fault.Unsupported, "the operation %q is not yet supported", o.Kind)
	}
}

// IsSingleCreate reports whether an operation creates one record and is no upsert. Most operations are of this kind,
// and they need a single statement.
func IsSingleCreate(op *collection.Op) bool {
	return op.Kind == collection.Create && op.Upsert == nil && op.Values.Kind() != value.KindArray
}

// Prepared is a collection.Op with everything that can be computed before it is written: values are admitted and
// the filter is bound. The driver applies it in a transaction and sets the outcome.
type Prepared struct {
	Op  *collection.Op
	Now time.Time // the time for the records that it writes

	Violation *collection.Violation // a violation that was found before the transaction
	One       collection.Admitted   // for a single Create
	Many      []collection.Admitted // for any other Create
	Key       []int                 // for an upsert: the fields that identify a record
	Patches   []collection.Patch    // for an upsert: the change of an existing record, by index in Many
	Patch     collection.Patch      // for an Update
	Filter    *collection.Bound     // for an Update or Delete

	Outcome collection.Outcome
}

// Catalog is the set of collections that an operation is prepared with.
type Catalog interface {
	// Collection returns a collection by name.
	Collection(name string) (collection.Collection, bool)
	// Names returns the names of all collections, sorted.
	Names() []string
}

// Prepare computes everything that follows from the collections. It must be repeated if a collection changes.
func (p *Prepared) Prepare(cat Catalog) {
	p.Violation, p.Many, p.Patches, p.Key = p.Op.Check(), nil, nil, nil
	if p.Violation != nil {
		return
	}
	c, ok := cat.Collection(p.Op.Collection)
	switch {
	case !ok:
		p.Violation = unknown(p.Op.Collection, cat.Names())
	case IsSingleCreate(p.Op):
		p.One, p.Violation = c.Admit(p.Op.Values, p.Now)
	case p.Op.Kind == collection.Create:
		p.Violation = p.admitMany(&c)
	default:
		if p.Op.Kind == collection.Update {
			p.Patch, p.Violation = c.AdmitUpdate(p.Op.Values, p.Now)
		}
		if p.Violation == nil {
			p.Filter, p.Violation = c.CheckFilter(p.Op.Filter, cat.Collection)
		}
	}
}

func unknown(name string, names []string) *collection.Violation {
	message := "there is no collection " + value.String(name).Text()
	if len(names) > 0 {
		message += "; there are " + strings.Join(names, ", ")
	}
	return &collection.Violation{Code: collection.CodeUnknownCollection, Message: message}
}

// admitMany admits the records of an array, or the single record of an upsert.
func (p *Prepared) admitMany(c *collection.Collection) (broken *collection.Violation) {
	if p.Op.Upsert != nil {
		if p.Key, broken = c.CheckUpsert(p.Op.Upsert); broken != nil {
			return broken
		}
	}
	if p.Op.Values.Kind() != value.KindArray {
		return p.admitOne(c, p.Op.Values)
	}
	n := p.Op.Values.Len()
	if n > collection.MaxBulk {
		return &collection.Violation{Code: collection.CodeTooLarge, Message: "the array has " + strconv.Itoa(n) + " records; one operation makes at most " + strconv.Itoa(collection.MaxBulk)}
	}
	p.Many = make([]collection.Admitted, 0, n)
	for values := range p.Op.Values.Elements() {
		if broken := p.admitOne(c, values); broken != nil {
			return broken.At(len(p.Many))
		}
	}
	return nil
}

func (p *Prepared) admitOne(c *collection.Collection, values value.Value) *collection.Violation {
	a, broken := c.Admit(values, p.Now)
	if broken != nil {
		return broken
	}
	if p.Key != nil {
		if _, broken := c.UpsertKey(p.Key, a); broken != nil {
			return broken
		}
		patch, broken := c.AdmitUpdate(values, p.Now)
		if broken != nil {
			return broken
		}
		p.Patches = append(p.Patches, patch)
	}
	p.Many = append(p.Many, a)
	return nil
}

// Weight returns the approximate number of records that the operation writes; found are the records that its filter
// has selected.
func (p *Prepared) Weight(found int) int {
	if p.Violation != nil {
		return 0
	}
	return max(len(p.Many), found, 1)
}

// CheckUnchanged returns a violation if the record was changed since IfUpdatedAt.
func (p *Prepared) CheckUnchanged(row *collection.Row) *collection.Violation {
	at := p.Op.IfUpdatedAt
	if at.IsZero() || at.Equal(row.Updated) {
		return nil
	}
	return &collection.Violation{Code: collection.CodeChanged, Field: "updatedAt",
		Message: "record " + strconv.FormatInt(row.ID, 10) + " of " + p.Op.Collection + " was changed at " + row.Updated.Format(time.RFC3339Nano) +
			", not " + at.UTC().Format(time.RFC3339Nano) + ": read it again"}
}

// Finish sets the outcome of an Update or Delete that has touched count records in this write. next is where the
// next write continues, nil if the operation is finished. shown contains the records of an Update.
func (p *Prepared) Finish(count int64, shown *Results, next *collection.Progress) {
	count += p.Op.From.Count
	if next != nil {
		next.Count = count
		p.Outcome.Next = next
		return
	}
	if p.Op.From != (collection.Progress{}) {
		shown = nil // it contains only the records of this write
	}
	p.Outcome.Record = Counted(count, shown)
}

// SelectsOne reports whether a filter can match at most one record because of a unique field.
func SelectsOne(b *collection.Bound) bool {
	switch {
	case b == nil:
		return false
	case b.Op == collection.And:
		return slices.ContainsFunc(b.Parts, func(part collection.Bound) bool { return SelectsOne(&part) })
	default:
		return b.Op == collection.Eq && b.Via == nil && !b.Negated && b.Column.Field.Unique
	}
}

// Duplicate returns the violation for a record whose values in the given fields another record has already. A
// driver that does not know the fields passes none.
func Duplicate(c *collection.Collection, fields []string, cells []collection.Cell) *collection.Violation {
	var names, shown []string
	for _, name := range fields {
		if i := slices.IndexFunc(c.Fields, func(f collection.Field) bool { return f.Name == name }); i >= 0 {
			names, shown = append(names, name), append(shown, c.Show(i, cells[i]))
		}
	}
	broken := &collection.Violation{Code: collection.CodeUnique}
	switch len(names) {
	case 0:
		broken.Message = "a record of " + c.Name + " with such a value exists already"
	case 1:
		broken.Field = names[0]
		broken.Message = names[0] + " must be unique, and a record of " + c.Name + " has the value " + shown[0] + " already"
	default:
		broken.Field = strings.Join(names, ", ")
		broken.Message = broken.Field + " must be unique together, and a record of " + c.Name + " has the values " + strings.Join(shown, ", ") + " already"
	}
	return broken
}
