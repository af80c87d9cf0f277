package document

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hookline.dev/hookline/internal/value"
)

// place is one value in a sample.
type place struct {
	key   string
	path  []step
	value value.Value
}

// step is a member's name, or the index of an element.
type step struct {
	name  string
	index int // -1: name counts
}

// The limits of reading a sample.
const (
	maxSampleDepth  = 32      // what is deeper is counted, not listed
	maxSampleKey    = 1000    // bytes of a key; longer ones are counted, not listed
	maxSamplePlaces = 100_000 // that are counted
)

// placesIn lists the values in v, parents first. If there are more than MaxParameters, the arrays are shortened first:
// what is in the hundredth element is rarely different from what is in the first, and a field behind the array may be.
func placesIn(v value.Value, flat bool) ([]place, Omitted) {
	all := finder{flat: flat, elements: math.MaxInt}
	all.walk(v, "", nil)
	list := all.list
	if all.found > len(list) {
		for _, elements := range []int{100, 10, 3, 1} {
			some := finder{flat: flat, elements: elements}
			some.walk(v, "", nil)
			if list = some.list; some.found == len(list) {
				break
			}
		}
	}
	return list, Omitted{all.found - len(list), all.more}
}

// finder collects the values in a value.
type finder struct {
	flat     bool // names are keys as they are
	elements int  // that are visited of each array
	list     []place
	found    int  // places, also those that are not in list
	more     bool // there may be more than found
}

// walk visits the members and elements of v.
func (f *finder) walk(v value.Value, key string, path []step) {
	if len(path) == maxSampleDepth {
		f.found, f.more = f.found+v.Len(), f.more || v.Len() > 0
		return
	}
	switch v.Kind() {
	case value.KindArray:
		i := 0
		for e := range v.Elements() {
			if i == f.elements || f.full() {
				return
			}
			f.add(e, key+"["+strconv.Itoa(i)+"]", path, step{index: i})
			i++
		}
	case value.KindObject:
		names, last := membersOf(v)
		for _, name := range names {
			if f.full() {
				return
			}
			switch {
			case len(key)+len(name) > maxSampleKey:
				f.found, f.more = f.found+1, true
			case isPrintable(name):
				f.add(last[name], f.join(key, name), path, step{name: name, index: -1})
			}
		}
	}
}

// full reports whether enough was counted.
func (f *finder) full() bool {
	if f.found < maxSamplePlaces {
		return false
	}
	f.more = true
	return true
}

// add lists a value and what is in it.
func (f *finder) add(v value.Value, key string, path []step, at step) {
	path = append(slices.Clip(path), at)
	f.found++
	part := "body"
	if f.flat {
		part = "headers"
	}
	if len(f.list) < MaxParameters && parameterProblem(part, key) == "" {
		f.list = append(f.list, place{key, path, v})
	}
	f.walk(v, key, path)
}

func (f *finder) join(key, name string) string {
	if f.flat {
		return name
	}
	return joinName(key, name)
}

// membersOf returns the names of an object in their order, and its members. Of equal names the last counts.
func membersOf(v value.Value) (names []string, last map[string]value.Value) {
	last = make(map[string]value.Value)
	for name, member := range v.Members() {
		if _, again := last[name]; !again {
			names = append(names, name)
		}
		last[name] = member
		if len(names) > maxSamplePlaces {
			break
		}
	}
	return names, last
}

// joinName appends a name to a path, in brackets if the parser would not read it back otherwise.
func joinName(path, name string) string {
	dotted := name
	if path != "" {
		dotted = path + "." + name
	}
	plain := name != "" && !strings.ContainsAny(name, ".[]{}\"'`() \t\n\\:,;?!%&|=<>+*~^")
	if plain && parameterProblem("body", dotted) == "" {
		return dotted
	}
	return path + `["` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"]`
}

// isPrintable reports whether a name has only printable characters. Other names get no parameter.
func isPrintable(name string) bool {
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsGraphic(r) {
			return false
		}
	}
	return true
}
