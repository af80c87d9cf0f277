package body

import (
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// xml decodes an XML document as an object with its root element.
func (r *decoder) xml(raw, charset string) (value.Value, error) {
	src, err := readXML(raw, charset)
	if err != nil {
		return value.Value{}, err
	}
	r.text, r.transcoded = src.text, src.transcoded
	root, err := (&xmlReader{src: src, s: src.text, lim: r.lim}).document()
	if err != nil {
		return value.Value{}, err
	}
	w := xmlWriter{dst: make([]byte, 0, len(src.text)), depth: r.lim.depth()}
	if !w.document(root) {
		return value.Value{}, errorf(fault.Invalid, inBody, "its elements nest deeper than %d levels, counted as objects and arrays", w.depth)
	}
	return value.Trusted(unsafeString(w.dst)), nil
}

// readXML decodes a document's charset. A byte order mark takes precedence over the Content-Type, and the
// Content-Type over the document's own declaration (RFC 7303 section 3).
func readXML(raw, charset string) (source, error) {
	switch {
	case strings.HasPrefix(raw, byteOrderMark):
		charset = ""
	case strings.HasPrefix(raw, "\xFE\xFF"), strings.HasPrefix(raw, "\xFF\xFE"):
		charset = "utf-16"
	case charset != "":
	case strings.HasPrefix(raw, "<?xml"):
		charset = declaredCharset(raw)
		if c, err := codecOf(charset, "it has"); err == nil && c != nil && c.enc == nil {
			return source{}, errorf(fault.Invalid, inBody, "its declaration says %s, but it is not; send what the declaration says", c.name)
		}
	}
	return readText(raw, charset)
}

// declaredCharset returns the encoding in an XML declaration, or "" if there is none.
func declaredCharset(raw string) string {
	declaration, _, _ := strings.Cut(raw, "?>")
	_, after, found := strings.Cut(declaration, "encoding")
	after = strings.TrimLeft(after, " \t\r\n=")
	if !found || after == "" || after[0] != '"' && after[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(after[1:], after[:1])
	return name
}

// xmlElement is an element being read: its attributes, its children grouped by name in the order of
// first appearance, and its text.
type xmlElement struct {
	name       string
	attributes []xmlAttribute
	children   []xmlGroup
	byName     map[string]int // only if there are many
	text       xmlText
	textAt     int // number of groups before the first text
}

type xmlAttribute struct{ name, text string }

// xmlGroup holds the children with one name.
type xmlGroup struct {
	name  string
	first *xmlElement
	rest  []*xmlElement
}

func (e *xmlElement) addChild(child *xmlElement) {
	if i := e.find(child.name); i >= 0 {
		e.children[i].rest = append(e.children[i].rest, child)
		return
	}
	if e.byName != nil {
		e.byName[child.name] = len(e.children)
	}
	e.children = append(e.children, xmlGroup{name: child.name, first: child})
}

func (e *xmlElement) find(name string) int {
	if e.byName == nil && len(e.children) > linearSearchMax {
		e.byName = make(map[string]int, 4*linearSearchMax)
		for i := range e.children {
			e.byName[e.children[i].name] = i
		}
	}
	if e.byName != nil {
		if i, ok := e.byName[name]; ok {
			return i
		}
		return -1
	}
	for i := range e.children {
		if e.children[i].name == name {
			return i
		}
	}
	return -1
}

// addText adds the text between two tags. White space between children is layout and is dropped.
func (e *xmlElement) addText(run *xmlText) {
	if e.text.empty() {
		e.textAt = len(e.children)
	}
	if !run.blank() {
		e.text.add(run.String())
	}
}

// xmlText is text in pieces. It copies only if there is more than one piece.
type xmlText struct {
	one  string
	more []byte
}

func (t *xmlText) add(piece string) {
	switch {
	case t.more != nil:
		t.more = append(t.more, piece...)
	case t.one == "":
		t.one = piece
	default:
		t.more = append(append(make([]byte, 0, 2*(len(t.one)+len(piece))), t.one...), piece...)
	}
}

func (t *xmlText) String() string {
	if t.more != nil {
		return unsafeString(t.more)
	}
	return t.one
}

func (t *xmlText) empty() bool { return t.one == "" }

func (t *xmlText) blank() bool { return strings.Trim(t.String(), xmlBlanks) == "" }

// xmlWriter writes elements as JSON. Its methods return false if the value nests too deep.
type xmlWriter struct {
	dst   []byte
	depth int
	first bool // the open object has no members yet
}

// document writes the object that contains the root element.
func (w *xmlWriter) document(root *xmlElement) bool {
	w.dst, w.first = append(w.dst, '{'), true
	w.member("", root.name)
	ok := w.element(root, 1)
	w.dst = append(w.dst, '}')
	return ok
}

// member writes the name of a member.
func (w *xmlWriter) member(prefix, name string) {
	if !w.first {
		w.dst = append(w.dst, ',')
	}
	w.first = false
	w.dst = append(append(w.dst, '"'), prefix...) // XML names contain no characters that JSON must escape
	w.dst = append(append(w.dst, name...), '"', ':')
}

// element writes an element: only its text, or an object of attributes, children and text. depth is its nesting
// depth.
func (w *xmlWriter) element(e *xmlElement, depth int) bool {
	if len(e.attributes) == 0 && len(e.children) == 0 {
		w.dst = value.AppendQuoted(w.dst, e.text.String())
		return true
	}
	if depth == w.depth {
		return false
	}
	w.dst, w.first = append(w.dst, '{'), true
	for _, a := range e.attributes {
		w.member("@", a.name)
		w.dst = value.AppendQuoted(w.dst, a.text)
	}
	for i, g := range e.children {
		w.text(e, i)
		w.member("", g.name)
		if !w.group(g, depth+1) {
			return false
		}
	}
	w.text(e, len(e.children))
	w.dst, w.first = append(w.dst, '}'), false
	return true
}

// text writes the text of an element at the position of its first piece.
func (w *xmlWriter) text(e *xmlElement, at int) {
	if e.textAt == at && !e.text.empty() {
		w.member("", "#text")
		w.dst = value.AppendQuoted(w.dst, e.text.String())
	}
}

func (w *xmlWriter) group(g xmlGroup, depth int) bool {
	if len(g.rest) == 0 {
		return w.element(g.first, depth)
	}
	if depth == w.depth {
		return false
	}
	w.dst = append(w.dst, '[')
	ok := w.element(g.first, depth+1)
	for _, e := range g.rest {
		w.dst = append(w.dst, ',')
		ok = ok && w.element(e, depth+1)
	}
	w.dst = append(w.dst, ']')
	return ok
}
