package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
)

// CheckAll reports problems between collections: a relation whose target does not exist, a hasMany without its
// belongsTo on the other side, and cycles of required relations, in which no first record could be created. Paths
// begin with collections[0]. Call Check for each collection separately.
//
// others finds collections that are not in all. If it is nil, more collections may exist, and a target outside of
// all is no problem. A caller that passes every existing collection must pass an others that finds nothing.
func CheckAll(all []Collection, others Others) []Problem {
	c := relationChecker{all: all, others: others}
	for i, one := range all {
		for j, f := range one.Fields {
			if f.Type == Relates && f.Target != "" {
				c.field(one, f, "collections["+strconv.Itoa(i)+"].fields["+strconv.Itoa(j)+"].")
			}
		}
	}
	c.cycles()
	return c.problems
}

type relationChecker struct {
	all      []Collection
	others   Others
	problems []Problem
}

func (c *relationChecker) add(path, message string) {
	c.problems = append(c.problems, Problem{path, message})
}

func (c *relationChecker) find(name string) (Collection, bool) {
	if i := slices.IndexFunc(c.all, func(one Collection) bool { return one.Name == name }); i >= 0 {
		return c.all[i], true
	}
	if c.others == nil {
		return Collection{}, false
	}
	return c.others(name)
}

// field checks one relation.
func (c *relationChecker) field(of Collection, f Field, at string) {
	target, ok := c.find(f.Target)
	if !ok {
		if c.others != nil {
			c.add(at+"target", "there is no collection "+quote(clip(f.Target))+c.suggest(f.Target))
		}
		return
	}
	if f.Relation != HasMany || f.ForeignKey == "" {
		return
	}
	i := target.index(f.ForeignKey)
	if i < 0 {
		c.add(at+"foreignKey", target.unknownIn(f.ForeignKey, nil).Message)
		return
	}
	switch back := target.Fields[i]; {
	case back.Type != Relates || back.Relation != BelongsTo:
		c.add(at+"foreignKey", back.Name+" of "+target.Name+" is not a belongsTo: a hasMany is the other side of one")
	case back.Target != of.Name:
		c.add(at+"foreignKey", back.Name+" of "+target.Name+" belongs to "+back.Target+", not to "+of.Name)
	}
}

func (c *relationChecker) suggest(name string) string {
	names := make([]string, len(c.all))
	for i, one := range c.all {
		names[i] = one.Name
	}
	if near, ok := nearest.Name(name, names); ok {
		return "; did you mean " + near + "?"
	}
	return ""
}

// cycles finds cycles of required relations. Each cycle is reported once, at its first field.
func (c *relationChecker) cycles() {
	done := make(map[string]bool, len(c.all))
	for i, one := range c.all {
		c.follow(one, []string{one.Name}, "", "collections["+strconv.Itoa(i)+"]", done)
		done[one.Name] = true
	}
}

// maxCycle is the longest cycle of required relations that is detected.
const maxCycle = 16

// follow follows the required relations of the last collection of a path. It skips collections in done: all their
// cycles have been reported.
func (c *relationChecker) follow(at Collection, path []string, first, root string, done map[string]bool) {
	for j, f := range at.Fields {
		if f.Type != Relates || f.Relation != BelongsTo || !f.Required {
			continue
		}
		begin := first
		if begin == "" {
			begin = root + ".fields[" + strconv.Itoa(j) + "].required"
		}
		switch {
		case f.Target == path[0]:
			c.add(begin, "no first record could be created, as each needs another one: "+strings.Join(append(path, path[0]), " → ")+"; leave one of them optional")
		case done[f.Target] || slices.Contains(path, f.Target) || len(path) >= maxCycle:
		default:
			if target, ok := c.find(f.Target); ok {
				c.follow(target, append(path, f.Target), begin, root, done)
			}
		}
	}
}
