package edit

import (
	"slices"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// tree is a JSON value that can be changed.
type tree struct {
	kind value.Kind
	text string   // of a scalar: its JSON text
	keys []string // of an object: the names of kids
	kids []*tree
}

// grow converts a value. The error is of kind fault.Invalid if an object has a name twice, because no operation could
// tell which one it means.
func grow(v value.Value, at string) (*tree, error) {
	t := &tree{kind: v.Kind()}
	switch v.Kind() {
	case value.KindObject:
		seen := make(map[string]bool)
		for name, member := range v.Members() {
			place := at + "/" + escape(name)
			if seen[name] {
				return nil, fault.Field("edit.grow", place, "%s is given twice; keep one", decode.Quote(name))
			}
			seen[name] = true
			kid, err := grow(member, place)
			if err != nil {
				return nil, err
			}
			t.keys, t.kids = append(t.keys, name), append(t.kids, kid)
		}
	case value.KindArray:
		for element := range v.Elements() {
			kid, err := grow(element, at+"/"+itoa(len(t.kids)))
			if err != nil {
				return nil, err
			}
			t.kids = append(t.kids, kid)
		}
	case value.KindString:
		text, _ := v.Str()
		t.text = string(value.AppendQuoted(nil, text))
	default:
		t.text = v.Text()
	}
	return t, nil
}

// Canonical returns a document in the form in which its hash is taken: compact, and with texts quoted in one way. The
// error is of kind fault.Invalid if an object has a name twice.
func Canonical(v value.Value) (value.Value, error) {
	t, err := grow(v, "")
	if err != nil {
		return value.Value{}, err
	}
	return t.value(), nil
}

func (t *tree) value() value.Value {
	switch t.kind {
	case value.KindObject:
		var b value.ObjectBuilder
		for i, kid := range t.kids {
			b.Set(t.keys[i], kid.value())
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		for _, kid := range t.kids {
			b.Add(kid.value())
		}
		return b.Value()
	default:
		return value.Trusted(t.text)
	}
}

// get returns a member of an object, or nil.
func (t *tree) get(name string) *tree {
	if t == nil || t.kind != value.KindObject {
		return nil
	}
	if i := slices.Index(t.keys, name); i >= 0 {
		return t.kids[i]
	}
	return nil
}

// str returns the content of a string.
func (t *tree) str() (string, bool) {
	if t == nil || t.kind != value.KindString {
		return "", false
	}
	return value.Trusted(t.text).Str()
}

// insertMember adds a member at an index.
func (t *tree) insertMember(i int, name string, kid *tree) {
	t.keys, t.kids = slices.Insert(t.keys, i, name), slices.Insert(t.kids, i, kid)
}

// drop removes a member or an element.
func (t *tree) drop(i int) {
	t.kids = slices.Delete(t.kids, i, i+1)
	if t.kind == value.KindObject {
		t.keys = slices.Delete(t.keys, i, i+1)
	}
}
