package schema

import "hookline.dev/hookline/internal/value"

// within checks the same value against another schema. It merges what that schema evaluated into s only if the
// value fits.
func (r *run) within(n *node, v value.Value, at *location, s *seen) bool {
	if s == nil {
		return r.check(n, v, at, nil)
	}
	var own seen
	if !r.check(n, v, at, &own) {
		return false
	}
	s.merge(&own)
	return true
}

// silently is within, but reports no violations.
func (r *run) silently(n *node, v value.Value, s *seen) bool {
	r.mute++
	ok := r.within(n, v, nil, s)
	r.mute--
	return ok
}

func (r *run) trial(n *node, v value.Value) bool { return r.silently(n, v, nil) }

// inPlace checks the keywords that apply other schemas to the same value: references, alternatives, conditions.
func (r *run) inPlace(n *node, v value.Value, at *location, s *seen) bool {
	ok := true
	if n.ref != nil {
		ok = r.within(n.ref, v, at, s)
	}
	for _, each := range n.all {
		if !ok && r.done() {
			return false
		}
		ok = r.within(each, v, at, s) && ok
	}
	ok = r.alternatives(n, v, at, s) && ok
	if n.not != nil && r.trial(n.not, v) && r.work >= 0 {
		ok = r.fail(at, "must not be of this kind")
	}
	if n.condition != nil {
		then := n.otherwise
		if r.silently(n.condition, v, s) {
			then = n.then
		}
		if then != nil {
			ok = r.within(then, v, at, s) && ok
		}
	}
	return ok && r.work >= 0
}

func (r *run) alternatives(n *node, v value.Value, at *location, s *seen) bool {
	ok := true
	if n.any != nil {
		fits := false
		for _, each := range n.any {
			fits = r.silently(each, v, s) || fits
			if fits && s == nil {
				break // otherwise each alternative that fits adds to s
			}
		}
		if !fits {
			ok = r.fail(at, "fits none of the %d alternatives", len(n.any))
		}
	}
	if n.one != nil {
		fits := 0
		for _, each := range n.one {
			if r.silently(each, v, s) {
				fits++
			}
		}
		switch {
		case fits == 0:
			ok = r.fail(at, "fits none of the %d alternatives", len(n.one))
		case fits > 1:
			ok = r.fail(at, "fits %d alternatives, and must fit exactly one", fits)
		}
	}
	return ok
}

// rest checks the members and elements that nothing else has evaluated.
func (r *run) rest(n *node, v value.Value, at *location, s *seen) bool {
	ok := true
	if n.unevaluatedName != nil && v.Kind() == value.KindObject {
		for name, member := range v.Members() {
			if !ok && r.done() {
				return false
			}
			if !s.hasName(name) {
				ok = r.check(n.unevaluatedName, member, &location{up: at, name: name}, nil) && ok
			}
		}
		s.everyName = true
	}
	if n.unevaluatedItem != nil && v.Kind() == value.KindArray {
		i := 0
		for each := range v.Elements() {
			if !ok && r.done() {
				return false
			}
			if !s.hasItem(i) {
				ok = r.check(n.unevaluatedItem, each, &location{up: at, i: i, item: true}, nil) && ok
			}
			i++
		}
		s.everyItem = true
	}
	return ok
}
