package recordplan

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
)

// The bounds of one Cascade.
const (
	MaxDependents = 1000   // records that one write deletes or detaches beside those that it was asked to delete
	MaxLevels     = 10_000 // of records that belong to one another
)

// Key names a record.
type Key struct {
	Collection string
	ID         int64
}

// Reference is a belongsTo: records of the collection By name records of another one.
type Reference struct {
	By    string
	Field collection.Field
}

// OnDelete is what happens to the records of By when the one that they name is deleted.
func (r Reference) OnDelete() collection.OnDelete {
	if r.Field.OnDelete == "" {
		return collection.Restrict
	}
	return r.Field.OnDelete
}

// References lists the references to each collection, sorted by the names of those that refer.
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

// Dependents is what a Cascade asks of a driver, inside the transaction of the deletion.
type Dependents interface {
	// Dependent returns the id of any record that refers to id; 0: there is none.
	Dependent(ref Reference, id int64) (int64, error)
	// Detach sets the belongsTo of a record of ref.By to null.
	Detach(ref Reference, id int64) error
	// Delete deletes a record to which none refers any more.
	Delete(Key) error
}

// Cascade deletes records with all that depends on them, deepest first. It walks from the record down to
// one that nothing depends on and deletes upwards, with one path in memory. When MaxDependents are spent, the
// record that they belong to stays, until a later write with a Cascade of its own has handled the last of
// them. A record that restricts the deletion, at any depth, is a violation: the driver undoes the whole
// write then.
type Cascade struct {
	// Exhausted: there are more dependents than one write may touch.
	Exhausted bool

	records    Dependents
	references map[string][]Reference // by the collection that is referred to
	budget     int                    // dependents that may still be touched
	path       []frame
	deleted    map[Key]bool // and those on the path
}

// frame is a record on the path.
type frame struct {
	Key
	next int // the reference to its collection that is handled next
}

// NewCascade returns the Cascade of one write. references are those of References.
func NewCascade(records Dependents, references map[string][]Reference) *Cascade {
	return &Cascade{records: records, references: references, budget: MaxDependents, deleted: make(map[Key]bool)}
}

// Deleted reports whether a record has been deleted, with another one or by itself.
func (c *Cascade) Deleted(k Key) bool { return c.deleted[k] }

// Collections lists those of which records were deleted.
func (c *Cascade) Collections() (names []string) {
	for k := range c.deleted {
		if !slices.Contains(names, k.Collection) {
			names = append(names, k.Collection)
		}
	}
	slices.Sort(names)
	return names
}

// Delete deletes a record, unless more depends on it than one write may touch: Exhausted then.
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

// spend takes one from the budget, and reports whether there was none left.
func (c *Cascade) spend() bool {
	c.Exhausted = c.budget == 0
	c.budget--
	return c.Exhausted
}

// push puts a record on the path, unless another one restricts its deletion.
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

// checkRestrict finds a record that restricts the deletion of another. One that is deleted, too, does not: it is
// detached.
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

// step handles one record that belongs to the top of the path, or goes on to the next reference.
func (c *Cascade) step(top *frame, ref Reference) (*collection.Violation, error) {
	dependent, err := c.records.Dependent(ref, top.ID)
	switch {
	case err != nil:
		return nil, err
	case dependent == 0:
		top.next++
		return nil, nil
	case c.deleted[Key{ref.By, dependent}]:
		return nil, c.records.Detach(ref, dependent) // they belong to each other in a cycle
	case ref.OnDelete() == collection.Cascade:
		return c.push(Key{ref.By, dependent})
	case c.spend():
		return nil, nil
	default:
		return nil, c.records.Detach(ref, dependent)
	}
}
