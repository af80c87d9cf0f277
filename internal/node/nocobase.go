package node

import (
	"maps"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// NocoBase's designer writes the configs of some kinds in another shape: the relevant fields are below params and
// have other names. nocobase.go is the translator. nocobase_kinds.go describes each kind as data.

// rule says how to translate one NocoBase field, identified by its path.
type rule struct {
	to string // our field; "": the field has no meaning here
	// how converts the value. A sentence explains why the value cannot be converted. Missing omits the field. nil
	// keeps the value unchanged.
	how func(value.Value) (v value.Value, sentence string)
}

// translation is a config during its translation from NocoBase's shape to ours.
type translation struct {
	rules    map[string]rule
	names    []string // our fields, in the order of the config
	fields   map[string]value.Value
	from     map[string]string // our field: its path in the document
	refused  []string          // paths that cannot be translated
	problems []decode.Problem
}

// translate converts a config of a kind to our shape. It returns a config that already has our shape unchanged. The
// paths of problems are those of the document.
func translate(kind string, config value.Value) (value.Value, translation) {
	t := translation{rules: nocoRules(kind), fields: make(map[string]value.Value), from: make(map[string]string)}
	if t.rules == nil || config.Kind() != value.KindObject || !t.concerns(config) {
		return config, translation{}
	}
	for name, v := range config.Members() {
		if t.nested(name, v) {
			for inner, below := range v.Members() {
				t.move(decode.Join(nocoParams, decode.Name(inner)), inner, below)
			}
			continue
		}
		t.move(decode.Name(name), name, v)
	}
	var b value.ObjectBuilder
	for _, name := range t.names {
		b.Set(name, t.fields[name])
	}
	return b.Value(), t
}

// nocoParams is the field in which NocoBase stores the settings of record nodes.
const nocoParams = "params"

// nested reports whether a field has the settings of the node below it. A kind with a rule for params itself has none.
func (t *translation) nested(name string, v value.Value) bool {
	_, own := t.rules[nocoParams]
	return name == nocoParams && v.Kind() == value.KindObject && !own
}

// concerns reports whether a config has anything to translate.
func (t *translation) concerns(config value.Value) bool {
	for name, v := range config.Members() {
		if _, ok := t.rules[name]; ok || t.nested(name, v) {
			return true
		}
	}
	return false
}

// move translates one field.
func (t *translation) move(path, name string, v value.Value) {
	r, ok := t.rules[path]
	switch {
	case !ok && path != decode.Name(name):
		t.problem(path, decode.Unknown("field", name, t.known()))
		return
	case !ok:
		r.to = name
	}
	if r.how != nil {
		changed, sentence := r.how(v)
		if sentence != "" {
			t.problem(path, sentence) // keep the field, so that it is not reported as missing too
			t.refused = append(t.refused, path)
		}
		v = changed
	}
	if r.to == "" || v.IsMissing() {
		return
	}
	if before, twice := t.from[r.to]; twice {
		t.problem(path, "says the same as "+before+"; keep one of them")
		return
	}
	t.names, t.fields[r.to], t.from[r.to] = append(t.names, r.to), v, path
}

func (t *translation) problem(path, sentence string) {
	t.problems = append(t.problems, decode.Problem{Path: path, Message: sentence})
}

// known lists the fields below params.
func (t *translation) known() []string {
	var names []string
	for _, path := range slices.Sorted(maps.Keys(t.rules)) {
		if name, below := strings.CutPrefix(path, nocoParams+"."); below {
			names = append(names, name)
		}
	}
	return names
}

// Translated is Read for a config that may have NocoBase's shape. The paths of problems are those of the document.
func Translated(kind string, config value.Value, into any, about About) *Reader {
	config, t := translate(kind, config)
	r := Read(config, into, about)
	found := r.problems
	r.problems, r.from, r.refused = t.problems, t.from, t.refused
	for _, p := range found {
		r.Problem(p.Path, p.Message)
	}
	return r
}

// told reports whether a problem at or above a path of the document was reported during translation.
func (r *Reader) told(path string) bool {
	for _, at := range r.refused {
		if rest, below := strings.CutPrefix(path, at); below && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

// written returns the path in the document for a path in the translated config.
func (r *Reader) written(path string) string {
	name := path
	if i := strings.IndexAny(path, ".["); i >= 0 {
		name = path[:i]
	}
	if from, moved := r.from[name]; moved {
		return from + path[len(name):]
	}
	return path
}
