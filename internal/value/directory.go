package value

import (
	"slices"
	"strings"
)

// A directory lists the offsets of one large object's members, so that Get does not scan the whole text for every
// variable of a workflow. Parse builds it while it validates, for objects that have only objects around them.
type directory struct {
	entries []place
	within  []nested
	escapes bool // at least one key contains an escape
}

// place is the position of a member, in offsets from the start of its object.
type place struct {
	key        uint32 // offset of the opening quote
	start, end uint32 // offsets of the value
}

// nested is the directory of the member at an index of entries.
type nested struct {
	entry     int
	directory *directory
}

const (
	// smallObject is the length in bytes up to which a plain scan is as fast as a directory.
	smallObject = 1 << 10
	// directoryDepth is the number of nesting levels that get directories.
	directoryDepth = 4
	// directoryEntries bounds the members that are recorded at one time, over all open objects.
	directoryEntries = 160
)

// get returns the last member with that name.
func (d *directory) get(text, name string) Value {
	plain := !d.escapes && strings.IndexByte(name, '"') < 0
	for i, p := range slices.Backward(d.entries) {
		rest := text[p.key+1 : p.start] // the key, its closing quote and the colon
		if plain {
			if len(rest) <= len(name) || rest[len(name)] != '"' || rest[:len(name)] != name {
				continue
			}
		} else if m := (members{key: text[p.key:skipString(text, int(p.key)+1)]}); !m.named(name) {
			continue
		}
		v := Value{text: text[p.start:p.end], kind: kindOf(text[p.start])}
		for _, n := range d.within {
			if n.entry == i {
				v.directory = n.directory
			}
		}
		return v
	}
	return Value{}
}

// recorder collects the positions of members while a text is validated. Its levels are the open objects; none of
// them is inside an array.
type recorder struct {
	depth  int // open levels
	levels [directoryDepth]level
	noted  int
	places [directoryEntries]place // offsets from the start of the text
	root   *directory
}

type level struct {
	start  int
	first  int // in places
	full   bool
	within []nested
}

// open records the start of an object. It ignores an object that has an unrecorded container around it.
func (r *recorder) open(start, depth int) {
	if depth == r.depth+1 && depth <= directoryDepth {
		r.levels[r.depth] = level{start: start, first: r.noted}
		r.depth++
	}
}

// member records the offset of a key and of its value.
func (r *recorder) member(key, start int) {
	if r.noted == directoryEntries {
		r.levels[r.depth-1].full = true
		return
	}
	r.places[r.noted] = place{uint32(key), uint32(start), 0}
	r.noted++
}

// ended records where the value of the last member ends.
func (r *recorder) ended(end int) {
	if !r.levels[r.depth-1].full {
		r.places[r.noted-1].end = uint32(end)
	}
}

// close builds the directory of the object of s that ends here, unless the object is small or was not recorded in
// full.
func (r *recorder) close(s string, end int) {
	r.depth--
	l := &r.levels[r.depth]
	places := r.places[l.first:r.noted]
	r.noted = l.first
	if l.full || end-l.start <= smallObject {
		return
	}
	d := &directory{entries: make([]place, len(places)), within: l.within}
	from := uint32(l.start)
	for i, p := range places {
		d.escapes = d.escapes || strings.IndexByte(s[p.key:p.start], '\\') >= 0
		d.entries[i] = place{p.key - from, p.start - from, p.end - from}
	}
	if r.depth == 0 {
		r.root = d
		return
	}
	if outer := &r.levels[r.depth-1]; !outer.full {
		outer.within = append(outer.within, nested{r.noted - 1 - outer.first, d})
	}
}
