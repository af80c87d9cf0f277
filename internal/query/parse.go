package query

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hookline.dev/hookline/internal/nearest"
)

// The bounds of a query. They keep both the work of parsing and the SQL that is made from a query small.
const (
	MaxText   = 8 << 10 // bytes
	MaxTerms  = 50
	MaxValues = 500 // of all terms together
	maxPath   = 32  // segments
)

// parser reads one query.
type parser struct {
	lexer
	resource Resource
	now      time.Time
	terms    []Term
	values   int
	problems []*Problem
}

// Parse reads a query for a resource. now is what ages such as since:1h count from. The error is of kind fault.Invalid,
// about the field q; Problems returns the mistakes with their places.
func Parse(r Resource, text string, now time.Time) (Query, error) {
	p := &parser{lexer: lexer{text: text}, resource: r, now: now}
	switch {
	case len(text) > MaxText:
		p.text = ""
		p.add(0, 0, "a query has at most %d bytes, not %d", MaxText, len(text))
	case !utf8.ValidString(text):
		p.text = ""
		p.add(0, 0, "the query is not UTF-8")
	default:
		for p.skipSpace(); !p.done() && len(p.problems) < maxProblems; p.skipSpace() {
			if len(p.terms) == MaxTerms {
				p.add(p.at, len(text), "a query has at most %d terms", MaxTerms)
				break
			}
			p.term()
		}
	}
	if err := p.err(); err != nil {
		return Query{}, err
	}
	return Query{Terms: p.terms}, nil
}

// term reads one term. A term with a problem is skipped up to the next space.
func (p *parser) term() {
	start := p.at
	t := Term{Start: start, Not: p.accept('-')}
	if p.done() || p.space() {
		p.add(start, p.at, "a minus negates what follows it; to search for one, write \"-\"")
		return
	}
	name, has, ok := p.fieldName()
	if !ok {
		p.add(p.at, len(p.text), "a quotation mark is not closed")
		p.at = len(p.text)
		return
	}
	f := Field{Name: FreeText, Kind: Free}
	if has {
		f, ok = p.field(&t, name)
	}
	t.Field = f.Name
	if ok {
		ok = p.alternatives(&t, f)
	}
	if !ok {
		p.skipTerm()
		return
	}
	t.End = p.at
	p.terms = append(p.terms, t)
}

// field finds the field of a name with its dot and what follows it.
func (p *parser) field(t *Term, name []segment) (Field, bool) {
	base, start, end := name[0].text, name[0].at, p.at-1
	f, known := find(p.resource, base)
	if name[0].quoted || !known {
		p.unknown(start, end, base)
		return f, false
	}
	rest := name[1:]
	if !f.Named {
		if len(rest) > 0 {
			p.add(start, end, "%s has no parts; write %s", base, f.Example)
			return f, false
		}
		return f, true
	}
	empty := func(s segment) bool { return s.text == "" && !(s.quoted && f.Kind == Data) }
	if len(rest) == 0 || slices.ContainsFunc(rest, empty) {
		p.add(start, end, "%s needs a name after the dot, as in %s", base, f.Example)
		return f, false
	}
	if len(rest) > maxPath {
		p.add(start, end, "a path has at most %d parts", maxPath)
		return f, false
	}
	if f.Kind == Data {
		for _, s := range rest {
			t.Path = append(t.Path, Segment{Name: s.text, Any: s.text == "*" && !s.quoted})
		}
		for i := range t.Path {
			if t.Path[i].Any {
				t.Path[i].Name = ""
			}
		}
		return f, true
	}
	parts := make([]string, len(rest))
	for i, s := range rest {
		parts[i] = s.text
	}
	if t.Name = strings.Join(parts, "."); f.Name == "headers" {
		t.Name = strings.ToLower(t.Name)
	}
	return f, true
}

// unknown reports a field that the resource does not have.
func (p *parser) unknown(start, end int, name string) {
	names := namesOf(p.resource)
	_, elsewhere := find(map[Resource]Resource{Executions: Deliveries, Deliveries: Executions}[p.resource], name)
	best, near := nearest.Name(name, names)
	switch {
	case elsewhere:
		p.add(start, end, "%s have no field %q; they have %s", p.resource, name, strings.Join(names, ", "))
	case near:
		p.add(start, end, "there is no field %q; did you mean %s?", clip(name), best)
	default:
		p.add(start, end, "there is no field %q; there are %s; a text with a colon needs quotation marks", clip(name), strings.Join(names, ", "))
	}
}

// alternatives reads the values of a term.
func (p *parser) alternatives(t *Term, f Field) bool {
	for {
		w, ok := p.word()
		switch {
		case !ok:
			p.add(w.at, len(p.text), "a quotation mark is not closed")
			return false
		case w.text == "" && !w.quoted:
			if f.Kind == Free {
				p.add(w.at, p.at, "there is no text here; to search for a comma or a colon, put it in quotation marks")
			} else {
				p.add(w.at, p.at, "%s needs a value, as in %s", f.Name, f.Example)
			}
			return false
		}
		if p.values++; p.values > MaxValues {
			p.add(w.at, p.at, "a query has at most %d values", MaxValues)
			return false
		}
		v, ok := p.value(f, w)
		if !ok {
			return false
		}
		t.Any = append(t.Any, v)
		if !p.accept(',') {
			break
		}
	}
	if !p.done() && !p.space() {
		p.add(p.at, p.at+1, "write a space between two terms, and quotation marks around a whole value")
		return false
	}
	return true
}

// clip shortens a text for a message.
func clip(text string) string {
	const most = 40
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}
