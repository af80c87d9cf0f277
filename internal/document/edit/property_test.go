package edit

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

// names are few, so that operations often name what is there.
func names() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"a", "b", "c", "d", "e/f", "é~", "nodes", "branches", "key", "then", "config"})
}

func scalars() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{`1.0`, `null`, `true`, `"{{$nodes.a.x}}"`, `"{{ upper($scopes.b.item) }}"`, `"$nodes.c == 1"`, `"return nodes.a"`, `"a\u2028\"b"`, `1e400`, `{}`, `[]`})
}

// values generates JSON texts that need not be documents.
func values(depth int) *rapid.Generator[value.Value] {
	return rapid.Custom(func(t *rapid.T) value.Value {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		switch {
		case depth == 0 || kind < 3:
			return value.Trusted(scalars().Draw(t, "scalar"))
		case kind == 3:
			var b value.ArrayBuilder
			for range rapid.IntRange(0, 3).Draw(t, "elements") {
				b.Add(values(depth-1).Draw(t, "element"))
			}
			return b.Value()
		default:
			var b value.ObjectBuilder
			for _, name := range rapid.SliceOfNDistinct(names(), 0, 3, rapid.ID[string]).Draw(t, "names") {
				b.Set(name, values(depth-1).Draw(t, "member"))
			}
			return b.Value()
		}
	})
}

// nodes generates lists of nodes; some of their keys are missing or given twice.
func nodes(depth int) *rapid.Generator[value.Value] {
	return rapid.Custom(func(t *rapid.T) value.Value {
		var list value.ArrayBuilder
		for range rapid.IntRange(0, 3).Draw(t, "nodes") {
			var b value.ObjectBuilder
			if rapid.IntRange(0, 9).Draw(t, "keyed") > 0 {
				b.Set("key", value.String(fmt.Sprint(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"}).Draw(t, "key"))))
			}
			b.Set("type", value.String(rapid.SampledFrom([]string{"script", "loop", "end"}).Draw(t, "type")))
			b.Set("config", values(2).Draw(t, "config"))
			if depth > 0 && rapid.Bool().Draw(t, "branches") {
				var branches value.ObjectBuilder
				branches.Set("then", nodes(depth-1).Draw(t, "then"))
				b.Set("branches", branches.Value())
			}
			list.Add(b.Value())
		}
		return list.Value()
	})
}

func places() *rapid.Generator[*Place] {
	return rapid.Custom(func(t *rapid.T) *Place {
		p := &Place{Index: rapid.IntRange(0, 2).Draw(t, "index")}
		if rapid.Bool().Draw(t, "inside") {
			p.Node = rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "parent")
			p.Branch = rapid.SampledFrom([]string{"then", "else"}).Draw(t, "branch")
		}
		return p
	})
}

func operations() *rapid.Generator[Operation] {
	return rapid.Custom(func(t *rapid.T) Operation {
		key := func() string { return rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "key") }
		o := Operation{Op: rapid.SampledFrom([]string{Add, Remove, Move, Move, Set, Set, Set, Rename, Replace}).Draw(t, "op")}
		switch o.Op {
		case Add:
			o.At = places().Draw(t, "at")
			o.Node = value.Trusted(`{"key":"` + rapid.SampledFrom([]string{"h", "i", "a"}).Draw(t, "new") + `","x":1.0}`)
		case Remove:
			o.Key = key()
		case Move:
			o.Key, o.At = key(), places().Draw(t, "at")
		case Rename:
			o.Key, o.To = key(), rapid.SampledFrom([]string{"x", "y", "a"}).Draw(t, "to")
		case Replace:
			o.Value = values(3).Draw(t, "document")
		case Set:
			if rapid.Bool().Draw(t, "in a node") {
				o.Key = key()
			}
			o.Path = rapid.SampledFrom([]string{"/config", "/config/a", "/config/0", "/config/-", "/nodes", "/nodes/0", "/nodes/0/key", "/nodes/1/config", "/branches", "/branches/then", "/branches/then/0", "/title", "/0"}).Draw(t, "path")
			if rapid.IntRange(0, 3).Draw(t, "write") > 0 {
				o.Value = rapid.OneOf(values(2), nodes(1)).Draw(t, "value")
				o.Index = rapid.SampledFrom([]*int{nil, new(0), new(1)}).Draw(t, "position")
			}
		}
		return o
	})
}

// Whatever a document is and whatever operations it takes, the inverses restore it exactly. An operation that fails
// changes nothing.
func TestTheInverseRestoresTheDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b value.ObjectBuilder
		b.Set("title", value.String("t")).Set("nodes", nodes(2).Draw(t, "nodes")).Set("n", value.Trusted("1.0"))
		doc := b.Value()
		if rapid.IntRange(0, 9).Draw(t, "anything") == 0 {
			doc = values(3).Draw(t, "document")
		}
		before, err := Canonical(doc)
		if err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		var taken []Operation
		for _, o := range rapid.SliceOfN(operations(), 1, 12).Draw(t, "operations") {
			if _, err := Apply(before, append(slices.Clip(taken), o)); err == nil {
				taken = append(taken, o)
			}
		}
		out, err := Apply(before, taken)
		if err != nil {
			t.Fatalf("%+v: %v", taken, err)
		}
		undoes(t, before.Text(), out)
	})
}
