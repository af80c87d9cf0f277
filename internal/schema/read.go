package schema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// draft is the only supported JSON Schema draft.
const draft = "https://json-schema.org/draft/2020-12/schema"

// reader checks a schema before the library does.
type reader struct {
	doc      value.Value
	problems []decode.Problem
	fatal    bool // the library must not be given this schema
	nodes    int
	refs     []reference
}

// reference is a $ref and its path.
type reference struct{ path, target string }

func (r *reader) problem(path, format string, args ...any) {
	known := func(p decode.Problem) bool { return p.Path == path }
	if len(r.problems) < maxProblems && !slices.ContainsFunc(r.problems, known) {
		r.problems = append(r.problems, decode.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

// schema checks one schema and those within it.
func (r *reader) schema(path string, v value.Value) {
	if r.nodes++; r.nodes > MaxNodes {
		if !r.fatal {
			r.problem("", "has too many parts: at most %d schemas in one another", MaxNodes)
		}
		r.fatal = true
		return
	}
	switch v.Kind() {
	case value.KindBool:
		return
	case value.KindObject:
	default:
		r.problem(path, "must be a schema: an object, true or false, not a %s", v.Kind())
		return
	}
	has := func(name string) bool { return !v.Get(name).IsMissing() }
	seen := make(map[string]bool)
	for name, below := range v.Members() {
		at := decode.Join(path, decode.Name(name))
		switch {
		case seen[name]:
			r.problem(at, "is given twice; keep one")
		case foreignKeyword(name) != "":
			r.problem(at, "%s %s", name, foreignKeyword(name))
		case withoutEffect(name, has) != "":
			r.problem(at, "%s %s", name, withoutEffect(name, has))
		default:
			r.keyword(at, name, below)
		}
		seen[name] = true
	}
}

func (r *reader) keyword(at, name string, v value.Value) {
	switch shapeOf(name) {
	case single:
		r.schema(at, v)
	case list:
		i := 0
		for each := range v.Elements() {
			r.schema(at+decode.Index(i), each)
			i++
		}
	case byName:
		for key, each := range v.Members() {
			below := decode.Join(at, decode.Name(key))
			if name == "patternProperties" {
				r.pattern(below, key)
			}
			r.schema(below, each)
		}
	case plain:
		r.plainKeyword(at, name, v)
	case unknown:
		r.problem(at, "%s", decode.Unknown("keyword", name, knownKeywords()))
	}
}

// plainKeyword checks what the library accepts too leniently or explains too little.
func (r *reader) plainKeyword(at, name string, v value.Value) {
	text, isText := v.Str()
	switch name {
	case "type":
		if isText && !slices.Contains(types(), text) {
			r.problem(at, "%s", decode.Choose(text, types()))
		}
		i := 0
		for each := range v.Elements() {
			if text, ok := each.Str(); ok && !slices.Contains(types(), text) {
				r.problem(at+decode.Index(i), "%s", decode.Choose(text, types()))
			}
			i++
		}
	case "format":
		if isText && !slices.Contains(formats(), text) {
			r.problem(at, "%s", decode.Choose(text, formats()))
		}
	case "pattern":
		if isText {
			r.pattern(at, text)
		}
	case "$schema":
		if isText && strings.TrimSuffix(text, "#") != draft {
			r.fatal = true
			r.problem(at, "%s is not supported; write %s or leave it out", decode.Quote(text), draft)
		}
	case "$ref":
		r.refs = append(r.refs, reference{at, text})
		if strings.Contains(text, "://json-schema.org/") { // the library has these built in
			r.problem(at, "%s leads out of the schema; nothing is loaded: put what is meant under $defs", decode.Quote(text))
		}
	}
}

func (r *reader) pattern(at, pattern string) {
	if _, err := regexp.Compile(pattern); err != nil {
		r.problem(at, "%s is not a valid pattern (RE2): %s", decode.Quote(pattern), strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		r.fatal = true
	}
}

// plain converts a value to the form that the library expects.
func (r *reader) plain(path string, v value.Value) any {
	switch v.Kind() {
	case value.KindObject:
		m := make(map[string]any)
		for name, each := range v.Members() {
			m[name] = r.plain(decode.Join(path, decode.Name(name)), each)
		}
		return m
	case value.KindArray:
		l := make([]any, 0, v.Len())
		for each := range v.Elements() {
			l = append(l, r.plain(path+decode.Index(len(l)), each))
		}
		return l
	case value.KindString:
		s, _ := v.Str()
		return s
	case value.KindNumber:
		text, _ := v.Num()
		if _, ok := decimal.Parse(text, maxDigits); !ok {
			r.fatal = true
			r.problem(path, "has too many digits: at most %d, and an exponent of at most %d", maxDigits, maxDigits)
		}
		return json.Number(text)
	case value.KindBool:
		b, _ := v.AsBool()
		return b
	default:
		return nil
	}
}
