package recordplan

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
)

// Bounds of one Cascade.
const (
	MaxDependents = 1000   // dependent records that one write may delete or detach
	MaxLevels     = 10_000 // depth of nested belongsTo records
)

// Key identifies a record.
type Key struct {
	Collection string
	ID         int64
}

// Reference is a belongsTo field: records of the collection By refer to records of another collection.
type Reference struct {
	By    string
	Field collection.Field
}

// OnDelete returns what happens to the records of By when the record they refer to is deleted. The default is
// Restrict.
func (r Reference) OnDelete() collection.OnDelete {
	if r.Field.OnDelete == "" {
		return collection.Restrict
	}
	return r.Field.OnDelete
}

// References returns the references to each collection, keyed by the collection they refer to and sorted by the
// name of the referring collection.
func References(all []collection.Collection) map[string][]Reference {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b collection.Collection) int { return strings.Compare(a.Name, b.Name) })
	to := make(map[string][]Reference)
	for _, c := range all {
		for _, f := range c.Fields {
			if f.Relation == collection.BelongsTo {
				to[f.Target] = append(to[f.Target], Reference{c.Name, f})
			}
		}
	}
	return to
}

// Dependents is the driver's part of a Cascade. Its methods run inside the transaction of the deletion.
type Dependents interface {
	// Dependent returns the id of any record that refers to id, or 0 if there is none.
	Dependent(ref Reference, id int64) (int64, error)
	// Detach sets the belongsTo field of a record of ref.By to null.
	Detach(ref Reference, id int64) error
	// Delete deletes a record. No other record refers to it any more.
	Delete(Key) error
}

// Cascade deletes records with everything that depends on them, deepest first. It walks from a record down to one
// without dependents and deletes upwards, so only one path is in memory. When the budget of MaxDependents is used
// up, the root record remains, and a later write with a Cascade of its own continues. A record that restricts the
// deletion, at any depth, is a violation; the driver must then undo the whole write. A Cascade is for one
// goroutine.
type Cascade struct {
	// Exhausted means that there are more dependents than one write may touch.
	Exhausted bool

	records    Dependents
	references map[string][]Reference // by the collection they refer to
	budget     int                    // dependents that this write may still touch
	path       []frame
	deleted    map[Key]bool // includes the records on the path
}

// frame is one record on the path.
type frame struct {
	Key
	next int // index of the next reference to handle
}

// NewCascade returns the Cascade for one write. Build references with References.
func NewCascade(records Dependents, references map[string][]Reference) *Cascade {
	return &Cascade{records: records, references: references, budget: MaxDependents, deleted: make(map[Key]bool)}
}

// Deleted reports whether this Cascade has deleted a record, as a root or as a dependent.
func (c *Cascade) Deleted(k Key) bool { return c.deleted[k] }

// Collections returns the sorted names of the collections from which records were deleted.
func (c *Cascade) Collections() (names []string) {
	for k := range c.deleted {
		if !slices.Contains(names, k.Collection) {
			names = append(names, k.Collection)
		}
	}
	slices.Sort(names)
	return names
}

// Delete deletes a record and its dependents. If more records depend on it than one write may touch, it sets
// Exhausted and keeps the record.
func (c *Cascade) Delete(root Key) (*collection.Violation, error) {
	c.path = c.path[:0]
	if broken, err := c.push(root); broken != nil || err != nil {
		return broken, err
	}
	for len(c.path) > 0 {
		top := &c.path[len(c.path)-1]
		references := c.references[top.Collection]
		if top.next < len(references) {
			broken, err := c.step(top, references[top.next])
			if broken != nil || err != nil || c.Exhausted {
				return broken, err
			}
			continue
		}
		if len(c.path) > 1 && c.spend() {
			return nil, nil
		}
		if err := c.records.Delete(top.Key); err != nil {
			return nil, err
		}
		c.path = c.path[:len(c.path)-1]
	}
	return nil, nil
}

// spend takes one dependent from the budget. It reports true if the budget was already used up.
func (c *Cascade) spend() bool {
	c.Exhausted = c.budget == 0
	c.budget--
	return c.Exhausted
}

// push appends a record to the path, unless another record restricts its deletion.
func (c *Cascade) push(k Key) (*collection.Violation, error) {
	if len(c.path) == MaxLevels {
		return &collection.Violation{Code: collection.CodeTooLarge, Message: "records of " + k.Collection + " belong to one another more than " +
			strconv.Itoa(MaxLevels) + " levels deep: delete the deepest first"}, nil
	}
	c.path = append(c.path, frame{Key: k})
	c.deleted[k] = true
	for _, ref := range c.references[k.Collection] {
		if ref.OnDelete() != collection.Restrict {
			continue
		}
		if broken, err := c.checkRestrict(ref, k); broken != nil || err != nil {
			return broken, err
		}
	}
	return nil, nil
}

// checkRestrict looks for a record that restricts the deletion of k. A dependent that is itself being deleted
// does not restrict it; it is detached instead.
func (c *Cascade) checkRestrict(ref Reference, k Key) (*collection.Violation, error) {
	for {
		dependent, err := c.records.Dependent(ref, k.ID)
		switch {
		case err != nil || dependent == 0:
			return nil, err
		case !c.deleted[Key{ref.By, dependent}]:
			return ref.Field.Held(ref.By, k.ID), nil
		}
		if err := c.records.Detach(ref, dependent); err != nil {
			return nil, err
		}
	}
}

// step handles one dependent of the record at the top of the path, or moves on to the next reference.
func (c *Cascade) step(top *frame, ref Reference) (*collection.Violation, error) {
	dependent, err := c.records.Dependent(ref, top.ID)
	switch {
	case err != nil:
		return nil, err
	case dependent == 0:
		top.next++
		return nil, nil
	case c.deleted[Key{ref.By, dependent}]:
		return nil, c.records.Detach(ref, dependent) // the records refer to each other in a cycle
	case ref.OnDelete() == collection.Cascade:
		return c.push(Key{ref.By, dependent})
	case c.spend():
		return nil, nil
	default:
		return nil, c.records.Detach(ref, dependent)
	}
}
