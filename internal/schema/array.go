package schema

import (
	"hash/maphash"

	"hookline.dev/hookline/internal/value"
)

func (r *run) array(a *arrayRules, v value.Value, at *location, s *seen) bool {
	if !r.spend(len(v.Text())) {
		return false
	}
	ok, i, fitting := true, 0, 0
	for each := range v.Elements() {
		if !ok && r.done() {
			return false
		}
		below := &location{up: at, i: i, item: true}
		if i < len(a.prefix) {
			ok = r.check(a.prefix[i], each, below, nil) && ok
		} else if a.items != nil {
			ok = r.check(a.items, each, below, nil) && ok
		}
		if a.contains != nil && r.trial(a.contains, each) {
			fitting++
			s.item(i)
		}
		i++
		if !r.spend(0) {
			return false
		}
	}
	s.upTo(len(a.prefix))
	if a.items != nil {
		s.allItems()
	}
	return r.length(a, v, at, i, fitting) && ok
}

// length checks the number of elements, in total and of those that fit contains.
func (r *run) length(a *arrayRules, v value.Value, at *location, length, fitting int) bool {
	ok := true
	if length < a.minItems {
		ok = r.fail(at, "must have at least %s", count(a.minItems, "element"))
	}
	if a.maxItems >= 0 && length > a.maxItems {
		ok = r.fail(at, "must have at most %s", count(a.maxItems, "element"))
	}
	if a.contains != nil && fitting < a.minContains {
		ok = r.fail(at, "must contain at least %s of a certain kind", count(a.minContains, "element"))
	}
	if a.contains != nil && a.maxContains >= 0 && fitting > a.maxContains {
		ok = r.fail(at, "must contain at most %s of a certain kind", count(a.maxContains, "element"))
	}
	if a.unique && length > 1 {
		ok = r.unique(v, at, length) && ok
	}
	return ok
}

// unique looks for equal elements by hash. The hash is seeded, so that a sender cannot construct collisions.
func (r *run) unique(v value.Value, at *location, length int) bool {
	if length > MaxUnique {
		return r.fail(at, "has too many elements to tell whether all differ: at most %d", MaxUnique)
	}
	h := hasher{run: r, seed: maphash.MakeSeed()}
	places := make(map[uint64]int, length)
	i := 0
	for each := range v.Elements() {
		sum := h.value(each)
		if r.work < 0 {
			return false
		}
		if first, twice := places[sum]; twice && value.Equal(v.At(first), each) {
			return r.fail(at, "must not have equal elements: %d and %d are", first, i)
		}
		places[sum] = i
		i++
	}
	return true
}
