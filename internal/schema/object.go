package schema

import "hookline.dev/hookline/internal/value"

func (r *run) object(o *objectRules, v value.Value, at *location, s *seen) bool {
	ok := r.members(o, v, at, s)
	for _, name := range o.required {
		if !ok && r.done() {
			return false
		}
		if !r.has(v, name) {
			ok = r.fail(&location{up: at, name: name}, "is required")
		}
	}
	for _, d := range o.dependentNames {
		if !r.has(v, d.name) {
			continue
		}
		for _, name := range d.needs {
			if !r.has(v, name) {
				ok = r.fail(&location{up: at, name: name}, "is required beside %s", clip(d.name))
			}
		}
	}
	for _, d := range o.dependentSchemas {
		if (ok || !r.done()) && r.has(v, d.name) {
			ok = r.within(d.node, v, at, s) && ok
		}
	}
	return ok
}

func (r *run) has(v value.Value, name string) bool {
	return r.spend(len(v.Text())) && !v.Get(name).IsMissing()
}

// members checks each member and the number of members. All members of the same name must fit, because it is
// unknown which one a reader of the data will use.
func (r *run) members(o *objectRules, v value.Value, at *location, s *seen) bool {
	if !r.spend(len(v.Text())) {
		return false
	}
	ok := r.size(o, v, at)
	if o.properties == nil && o.patterns == nil && o.additional == nil && o.names == nil {
		return ok
	}
	for name, member := range v.Members() {
		if !ok && r.done() {
			return false
		}
		below := &location{up: at, name: name}
		if o.names != nil {
			ok = r.memberName(o.names, name, below) && ok
		}
		matched := false
		if n := o.properties[name]; n != nil {
			matched = true
			ok = r.check(n, member, below, nil) && ok
		}
		for _, p := range o.patterns {
			if r.spend(16*len(name)) && p.pattern.MatchString(name) {
				matched = true
				ok = r.check(p.node, member, below, nil) && ok
			}
		}
		if !matched && o.additional != nil {
			matched = true
			ok = r.check(o.additional, member, below, nil) && ok
		}
		if matched {
			s.name(name)
		}
	}
	return ok && r.work >= 0
}

func (r *run) memberName(n *node, name string, at *location) bool {
	r.mute++
	ok := r.check(n, value.String(name), nil, nil)
	r.mute--
	return ok || r.fail(at, "has a name that is not allowed")
}

// size checks the number of members. Duplicates count once.
func (r *run) size(o *objectRules, v value.Value, at *location) bool {
	if o.minMembers == 0 && o.maxMembers < 0 {
		return true
	}
	names := make(map[string]struct{})
	for name := range v.Members() {
		if !r.spend(0) {
			return false
		}
		names[name] = struct{}{}
	}
	if len(names) < o.minMembers {
		return r.fail(at, "must have at least %s", count(o.minMembers, "member"))
	}
	if o.maxMembers >= 0 && len(names) > o.maxMembers {
		return r.fail(at, "must have at most %s", count(o.maxMembers, "member"))
	}
	return true
}
