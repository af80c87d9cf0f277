package collection

import (
	"slices"
	"strconv"
	"strings"
)

// Problem is one mistake in the definition of a collection, or in the form of a filter.
type Problem struct {
	Path    string // for example fields[1].type; empty for the whole
	Message string // a sentence that says how to fix it
}

// reservedNames returns collection names that would conflict with the server's own URLs (/api/<name>:verb).
func reservedNames() []string { return []string{"webhook", "webhooks"} }

// Check reports every problem of a definition that does not depend on other collections. CheckAll reports the
// others.
func (c Collection) Check() []Problem { return c.check(later()) }

// check is Check with the features in later refused.
func (c Collection) check(later []string) []Problem {
	var all []Problem
	add := func(path, message string) { all = append(all, Problem{path, message}) }
	switch {
	case !validName(c.Name, false):
		add("name", quote(clip(c.Name))+" is not a valid collection name: begin with a lower-case letter, go on with lower-case letters, digits and _, at most "+strconv.Itoa(MaxName))
	case slices.Contains(reservedNames(), c.Name):
		add("name", c.Name+" is reserved for Hookline's own addresses: take another name")
	}
	if len(c.Fields) > MaxFields {
		add("fields", "a collection may have "+strconv.Itoa(MaxFields)+" fields, not "+strconv.Itoa(len(c.Fields)))
	}
	first := make(map[string]int, len(c.Fields))
	for i, f := range c.Fields {
		at := "fields[" + strconv.Itoa(i) + "]."
		if j, twice := first[strings.ToLower(f.Name)]; twice {
			add(at+"name", quote(clip(f.Name))+" is the name of fields["+strconv.Itoa(j)+"] already (upper and lower case count as the same)")
		}
		first[strings.ToLower(f.Name)] = i
		for _, p := range f.check(later) {
			add(at+p.Path, p.Message)
		}
	}
	return append(append(all, c.checkWas(later)...), c.checkUnique(later)...)
}

// checkWas checks renamed fields: an old name belongs to one field only and is no longer in use.
func (c Collection) checkWas(later []string) (all []Problem) {
	taken := make(map[string]string)
	for i, f := range c.Fields {
		if f.Was == "" {
			continue
		}
		add := func(message string) { all = append(all, Problem{"fields[" + strconv.Itoa(i) + "].was", message}) }
		other, twice := taken[f.Was]
		switch {
		case !validName(f.Was, true):
			add(quote(clip(f.Was)) + " is not a valid field name")
		case f.Was == f.Name:
			add("was is the field's earlier name; it has this one already")
		case c.index(f.Was) >= 0:
			add(f.Was + " is a field still: a field takes over the name of one that is gone")
		case twice:
			add(other + " was " + f.Was + " already")
		case notYet(later, "was") != "":
			add(notYet(later, "was"))
		}
		taken[f.Was] = f.Name
	}
	return all
}

// checkUnique checks the unique sets.
func (c Collection) checkUnique(later []string) (all []Problem) {
	add := func(path, message string) { all = append(all, Problem{path, message}) }
	switch {
	case len(c.Unique) == 0:
		return nil
	case notYet(later, "unique") != "":
		return []Problem{{"unique", notYet(later, "unique")}}
	case len(c.Unique) > MaxUnique:
		return []Problem{{"unique", "a collection may have " + strconv.Itoa(MaxUnique) + " unique sets, not " + strconv.Itoa(len(c.Unique))}}
	}
	for i, set := range c.Unique {
		at := "unique[" + strconv.Itoa(i) + "]"
		if len(set) < 2 || len(set) > MaxTogether {
			add(at, "a unique set has 2 to "+strconv.Itoa(MaxTogether)+" fields; for one field write unique: true there")
		}
		for j, name := range set {
			where := at + "[" + strconv.Itoa(j) + "]"
			k := c.index(name)
			switch {
			case k < 0:
				add(where, c.unknownIn(name, nil).Message)
			case !c.Fields[k].plain():
				add(where, name+" is a "+string(c.Fields[k].Type)+" field, which cannot be unique")
			case slices.Contains(set[:j], name):
				add(where, name+" is in the set twice")
			}
		}
	}
	return all
}

// validName restricts names to letters, digits and underscores, so that they need no escaping in SQL, in URLs and
// in paths of expressions.
func validName(name string, upper bool) bool {
	if name == "" || len(name) > MaxName {
		return false
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', upper && 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9', c == '_':
			if i == 0 && (c != '_' || !upper) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
