package value

import (
	"iter"
	"math/bits"
	"strings"
)

// Get returns the member of an object with that name, or the last one of several. It returns Missing if there is
// none or v is not an object.
func (v Value) Get(name string) Value {
	if v.kind != KindObject {
		return Value{}
	}
	if v.directory != nil {
		return v.directory.get(v.text, name)
	}
	var found Value
	for m := (members{s: v.text, i: 1}); m.next(); {
		if m.named(name) {
			found = m.value()
		}
	}
	return found
}

// At returns element i of an array. A negative i counts from the end. It returns Missing if there is no such
// element or v is not an array.
func (v Value) At(i int) Value {
	if v.kind != KindArray {
		return Value{}
	}
	if i < 0 {
		if i += v.Len(); i < 0 {
			return Value{}
		}
	}
	for e := (elements{s: v.text, i: 1}); e.next(); i-- {
		if i == 0 {
			return e.value()
		}
	}
	return Value{}
}

// Len returns the number of elements of an array or of members of an object, duplicates included. It is 0 for any
// other kind.
func (v Value) Len() int {
	n := 0
	switch v.kind {
	case KindArray:
		for e := (elements{s: v.text, i: 1}); e.next(); {
			n++
		}
	case KindObject:
		for m := (members{s: v.text, i: 1}); m.next(); {
			n++
		}
	}
	return n
}

// Members yields the members of an object in the order written, duplicates included. It yields nothing for any
// other kind.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.kind != KindObject {
			return
		}
		for m := (members{s: v.text, i: 1}); m.next(); {
			if !yield(unquote(m.key), m.value()) {
				return
			}
		}
	}
}

// Elements yields the elements of an array. It yields nothing for any other kind.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.kind != KindArray {
			return
		}
		for e := (elements{s: v.text, i: 1}); e.next(); {
			if !yield(e.value()) {
				return
			}
		}
	}
}

// elements iterates over a valid array text; i is the offset after the last bracket or comma read.
type elements struct {
	s          string
	i          int
	start, end int
}

func (e *elements) next() bool {
	e.start = skipBlanks(e.s, e.i)
	if e.start >= len(e.s) || e.s[e.start] == ']' {
		return false
	}
	e.end = skipValue(e.s, e.start)
	e.i = skipBlanks(e.s, e.end)
	if e.i < len(e.s) && e.s[e.i] == ',' {
		e.i++
	}
	return e.end > e.start
}

func (e *elements) value() Value {
	return Value{text: e.s[e.start:e.end], kind: kindOf(e.s[e.start])}
}

// members iterates over a valid object text; i is the offset after the last brace or comma read.
type members struct {
	s          string
	i          int
	key        string // quotes included
	start, end int
}

func (m *members) next() bool {
	at := skipBlanks(m.s, m.i)
	if at >= len(m.s) || m.s[at] != '"' {
		return false
	}
	end := skipString(m.s, at+1)
	m.key = m.s[at:end]
	colon := skipBlanks(m.s, end)
	m.start = skipBlanks(m.s, min(colon+1, len(m.s)))
	m.end = skipValue(m.s, m.start)
	m.i = skipBlanks(m.s, m.end)
	if m.i < len(m.s) && m.s[m.i] == ',' {
		m.i++
	}
	return m.end > m.start
}

func (m *members) value() Value {
	return Value{text: m.s[m.start:m.end], kind: kindOf(m.s[m.start])}
}

// named compares the key with name, and decodes the key only if it contains an escape.
func (m *members) named(name string) bool {
	if len(m.key) < 2 {
		return false
	}
	raw := m.key[1 : len(m.key)-1]
	if raw == name {
		return strings.IndexByte(raw, '\\') < 0
	}
	return len(raw) > len(name) && strings.IndexByte(raw, '\\') >= 0 && unquote(m.key) == name
}

// skipValue returns the offset after the valid value at s[i].
func skipValue(s string, i int) int {
	if i >= len(s) {
		return i
	}
	switch s[i] {
	case '"':
		return skipString(s, i+1)
	case '{', '[':
		return skipContainer(s, i)
	}
	for i < len(s) && s[i] > ' ' && s[i] != ',' && s[i] != ']' && s[i] != '}' {
		i++
	}
	return i
}

// skipContainer returns the offset after the closing bracket. Counting brackets is enough because the text is
// valid.
func skipContainer(s string, i int) int {
	for depth := 0; i < len(s); {
		switch s[i] {
		case '"':
			i = skipString(s, i+1)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(s)
}

// skipString returns the offset after the closing quote of the string whose first character is at s[i].
func skipString(s string, i int) int {
	for {
		for i+8 <= len(s) {
			m := quoteOrEscape(load(s, i))
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(s) {
			return len(s)
		}
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			i += 2
		default:
			i++
		}
	}
}

// Depth returns how deeply arrays and objects nest in the value: 0 for a scalar, 1 for [] and [1].
func (v Value) Depth() int {
	if v.kind < KindArray {
		return 0
	}
	depth, deepest := 0, 0
	for s, i := v.text, 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = skipString(s, i+1) - 1
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}
