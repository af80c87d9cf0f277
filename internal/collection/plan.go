package collection

import (
	"slices"
	"strings"
)

// ChangeKind is the kind of a Change.
type ChangeKind string

// The kinds of changes, in the order in which a plan lists them.
const (
	CreateCollection ChangeKind = "create-collection"
	DropCollection   ChangeKind = "drop-collection"
	DropUnique       ChangeKind = "drop-unique"  // removes Change.Set
	RenameField      ChangeKind = "rename-field" // Old becomes New.Name and keeps its data
	RetypeField      ChangeKind = "retype-field" // type, digits, options, multiple or target
	DropField        ChangeKind = "drop-field"
	AddField         ChangeKind = "add-field"
	RequireField     ChangeKind = "require-field"
	RelaxField       ChangeKind = "relax-field" // no longer required
	IndexField       ChangeKind = "index-field" // unique or index, either way
	DefaultField     ChangeKind = "default-field"
	RelateField      ChangeKind = "relate-field" // onDelete, or the other side of a hasMany
	AddUnique        ChangeKind = "add-unique"   // adds Change.Set
	OrderFields      ChangeKind = "order-fields"
)

// Change is one step that turns a stored collection into the wanted one.
type Change struct {
	Kind       ChangeKind
	Collection string
	Old, New   Field    // the stored field after renaming, and the wanted one; in a RenameField Old has the earlier name
	Set        []string // for AddUnique and DropUnique
	Text       string   // a sentence for people: what is done, what is lost, and what may prevent it
	// Loss means that data is lost, or may be lost. A store applies such a change only with explicit permission.
	Loss bool
	// Depends, together with Loss, means that the loss depends on the records: values that Convert cannot keep
	// are lost. A store may clear Loss after it has found no such value.
	Depends bool
}

// Drop returns the change that removes a collection with all of its records.
func Drop(c Collection) Change {
	return Change{Kind: DropCollection, Collection: c.Name, Loss: true, Text: "drop collection " + c.Name + ": all of its records are lost"}
}

// PlanAll compares stored collections with wanted ones, in the order of wanted. A stored collection that is not
// in wanted remains; use Drop to remove it.
func PlanAll(stored, wanted []Collection) []Change {
	var all []Change
	for _, w := range wanted {
		i := slices.IndexFunc(stored, func(c Collection) bool { return c.Name == w.Name })
		if i < 0 {
			names := make([]string, len(w.Fields))
			for j, f := range w.Fields {
				names[j] = f.Name
			}
			text := "create collection " + w.Name
			if len(names) > 0 {
				text += " with " + strings.Join(names, ", ")
			}
			all = append(all, Change{Kind: CreateCollection, Collection: w.Name, Text: text})
			continue
		}
		all = append(all, Compare(stored[i], w)...)
	}
	return all
}

// Compare returns the changes that turn a stored collection into the wanted one, in an order in which they can be
// applied. The list is empty if nothing must change. Fields are matched by name. A field with a new name counts
// as one dropped and one added field, unless the wanted field has Was. A Was is ignored if it names no stored
// field or if the new name is already stored: the rename was done before.
func Compare(stored, wanted Collection) []Change {
	p := planner{stored: stored, wanted: wanted}
	p.sets(stored.Unique, wanted.Unique, DropUnique)
	for i := range p.old() {
		p.pair(i)
	}
	p.sets(wanted.Unique, stored.Unique, AddUnique)
	p.order()
	at := func(k ChangeKind) int { return slices.Index(order(), k) }
	slices.SortStableFunc(p.changes, func(a, b Change) int { return at(a.Kind) - at(b.Kind) })
	return p.changes
}

// order returns the order of changes within a collection.
func order() []ChangeKind {
	return []ChangeKind{DropUnique, RenameField, RetypeField, DropField, AddField, RequireField, RelaxField,
		IndexField, DefaultField, RelateField, AddUnique, OrderFields}
}

type planner struct {
	stored, wanted Collection
	pairs          []int // for each wanted field: the index of the stored one, or -1
	changes        []Change
}

// old pairs the fields by name or earlier name, and drops the stored fields without a partner.
func (p *planner) old() []int {
	for _, f := range p.wanted.Fields {
		at := p.stored.index(f.Name)
		if at < 0 && f.Was != "" && p.wanted.index(f.Was) < 0 {
			at = p.stored.index(f.Was)
		}
		p.pairs = append(p.pairs, at)
	}
	for i, f := range p.stored.Fields {
		if !slices.Contains(p.pairs, i) {
			p.drop(f)
		}
	}
	return p.pairs
}

func (p *planner) add(kind ChangeKind, old, wanted Field, text string) *Change {
	p.changes = append(p.changes, Change{Kind: kind, Collection: p.stored.Name, Old: old, New: wanted, Text: p.stored.Name + ": " + text})
	return &p.changes[len(p.changes)-1]
}

func (p *planner) drop(f Field) {
	if !f.Stored() {
		p.add(DropField, f, Field{}, "drop "+f.Name+", which holds no data of its own")
		return
	}
	p.add(DropField, f, Field{}, "drop field "+f.Name+" ("+f.shape()+"): its values are lost").Loss = true
}

// pair compares wanted field i with its stored field.
func (p *planner) pair(i int) {
	f := p.wanted.Fields[i]
	if p.pairs[i] < 0 {
		p.new(f)
		return
	}
	old := p.stored.Fields[p.pairs[i]]
	if old.Stored() != f.Stored() {
		p.drop(old)
		p.new(f)
		return
	}
	if old.Name != f.Name {
		p.add(RenameField, old, f, "rename field "+old.Name+" to "+f.Name)
		old.Name = f.Name
	}
	p.retype(old, f)
	p.rules(old, f)
}

func (p *planner) new(f Field) {
	text := "add field " + f.Name + " (" + f.shape() + ")"
	switch {
	case !f.Stored():
	case f.Required && f.Default.IsNull():
		text += ", which is required and has no default: refused while there are records"
	case f.Default.IsNull():
		text += ", null in existing records"
	default:
		text += ", " + clip(f.Default.Text()) + " in existing records"
	}
	p.add(AddField, Field{}, f, text)
}

func (p *planner) retype(old, f Field) {
	if old.shape() == f.shape() {
		return
	}
	c := p.add(RetypeField, old, f, "change field "+f.Name+" from "+old.shape()+" to "+f.shape())
	if !keeps(old, f) {
		c.Loss, c.Depends = true, true
		c.Text += ": values that do not fit are lost and become null"
	}
}

// rules compares everything but name and type.
func (p *planner) rules(old, f Field) {
	switch {
	case f.Required && !old.Required:
		p.add(RequireField, old, f, "field "+f.Name+" becomes required: refused while a record has null there")
	case !f.Required && old.Required:
		p.add(RelaxField, old, f, "field "+f.Name+" is no longer required")
	}
	if old.Unique != f.Unique || old.Index != f.Index {
		p.add(IndexField, old, f, indexText(old, f))
	}
	if old.Default.IsMissing() != f.Default.IsMissing() || old.Default.Text() != f.Default.Text() {
		text := "field " + f.Name + " has no default any more"
		if !f.Default.IsMissing() {
			text = "new records get " + clip(f.Default.Text()) + " in field " + f.Name
		}
		p.add(DefaultField, old, f, text)
	}
	if f.Type == Relates && (old.deletes() != f.deletes() || old.ForeignKey != f.ForeignKey || !f.Stored() && old.Target != f.Target) {
		text := f.Name + " is now the other side of " + f.ForeignKey + " of " + f.Target
		if f.Relation == BelongsTo {
			text = "what becomes of records when " + f.Name + " is deleted changes from " + string(old.deletes()) + " to " + string(f.deletes())
		}
		p.add(RelateField, old, f, text)
	}
}

func indexText(old, f Field) string {
	switch {
	case f.Unique && !old.Unique:
		return "field " + f.Name + " becomes unique: refused while two records have the same value there"
	case old.Unique && !f.Unique:
		return "field " + f.Name + " is no longer unique"
	case f.Index:
		return "field " + f.Name + " gets an index"
	default:
		return "field " + f.Name + " loses its index; no data is lost"
	}
}

// deletes returns OnDelete with its default.
func (f Field) deletes() OnDelete {
	if f.OnDelete == "" && f.Relation == BelongsTo {
		return Restrict
	}
	return f.OnDelete
}

// sets adds a change for each unique set of one list that the other does not have.
func (p *planner) sets(of, beside [][]string, kind ChangeKind) {
	for _, set := range of {
		if slices.ContainsFunc(beside, func(s []string) bool { return slices.Equal(s, set) }) {
			continue
		}
		text := "[" + strings.Join(set, ", ") + "] is no longer unique together"
		if kind == AddUnique {
			text = "[" + strings.Join(set, ", ") + "] becomes unique together: refused while two records have the same values there"
		}
		p.add(kind, Field{}, Field{}, text).Set = set
	}
}

// order adds a change if only the order of the fields in records differs.
func (p *planner) order() {
	if !slices.IsSorted(p.pairs) && !slices.Contains(p.pairs, -1) {
		p.add(OrderFields, Field{}, Field{}, "the order of the fields in records changes")
	}
}
