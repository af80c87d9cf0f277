package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Problem is one thing wrong in a collection's definition.
type Problem struct {
	Path    string // e.g. fields[1].type; empty for the collection itself
	Message string // a sentence that says what to do
}

// reservedNames are collection names that would claim URLs of the product's own (/api/<name>:verb).
func reservedNames() []string { return []string{"webhook", "webhooks"} }

// Check reports everything that is wrong in a definition, at once.
func (c Collection) Check() []Problem {
	var all []Problem
	add := func(path, message string) { all = append(all, Problem{path, message}) }
	switch {
	case !validName(c.Name, false):
		add("name", quote(c.Name)+" is no collection name: begin with a lower-case letter, go on with lower-case letters, digits and _, at most "+strconv.Itoa(MaxName))
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
			add(at+"name", quote(f.Name)+" is the name of fields["+strconv.Itoa(j)+"] already (upper and lower case count as the same)")
		}
		first[strings.ToLower(f.Name)] = i
		for _, p := range f.check() {
			add(at+p.Path, p.Message)
		}
	}
	return all
}

func (f Field) check() (all []Problem) {
	add := func(path, message string) { all = append(all, Problem{path, message}) }
	switch {
	case !validName(f.Name, true):
		add("name", quote(f.Name)+" is no field name: begin with a letter or _, go on with letters, digits and _, at most "+strconv.Itoa(MaxName))
	case slices.ContainsFunc(SystemFields(), func(s string) bool { return strings.EqualFold(s, f.Name) }):
		add("name", f.Name+" is a field that every record has: leave it out")
	}
	if !slices.Contains(Types(), f.Type) {
		names := make([]string, 0, len(Types()))
		for _, t := range Types() {
			names = append(names, string(t))
		}
		message := quote(string(f.Type)) + " is no field type: use one of " + strings.Join(names, ", ")
		if near, ok := nearest.Name(string(f.Type), names); ok {
			message += "; did you mean " + near + "?"
		}
		add("type", message)
		return all
	}
	if f.Type == Text || f.Type == JSON {
		if f.Unique {
			add("unique", "a "+string(f.Type)+" field cannot be unique: use a string field")
		}
		if f.Index {
			add("index", "a "+string(f.Type)+" field cannot have an index: use a string field")
		}
	}
	if v := f.Default; !v.IsMissing() {
		if v.Kind() == value.KindNull && f.Required {
			add("default", "a required field cannot have null as its default")
		} else if _, broken := f.admit(v); broken != nil {
			add("default", broken.Message)
		}
	}
	return all
}

// validName holds names to letters, digits and underscores, so that they can stand in SQL, in URLs
// and in paths of expressions as they are.
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
