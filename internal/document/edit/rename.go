package edit

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// rename gives a node another key, and changes the references to it: $nodes.KEY, $scopes.KEY and the assign of another
// node. References in scripts are JavaScript, which it does not read.
func (e *editor) rename(o Operation) ([]Operation, error) {
	s, err := e.root.find("key", o.Key)
	if err != nil {
		return nil, err
	}
	if o.To == "" {
		return nil, fault.Field("edit.rename", "to", "is required")
	}
	if o.To == o.Key {
		return nil, nil
	}
	taken := false
	e.root.walk(func(other spot) bool {
		has, ok := other.node.get("key").str()
		taken = taken || ok && has == o.To
		return true
	})
	if taken {
		return nil, fault.Field("edit.rename", "to", "the key %s is taken", decode.Quote(o.To))
	}
	r := &renaming{from: o.Key, to: o.To}
	r.set(s.at+"/key", s.node.get("key"), o.To)
	e.root.walk(func(s spot) bool {
		r.node(s)
		return true
	})
	e.left = append(e.left, r.left...)
	return r.undo, nil
}

// renaming collects what one rename changes. The inverses name places in the document and not nodes, whose key changes.
type renaming struct {
	from, to string
	undo     []Operation
	left     []Reference
}

// set replaces a string.
func (r *renaming) set(at string, t *tree, text string) {
	r.undo = append(r.undo, Operation{Op: Set, Path: at, Value: t.value()})
	t.text = string(value.AppendQuoted(nil, text))
}

// node changes the references in the config of one node.
func (r *renaming) node(s spot) {
	config := s.node.get("config")
	if config == nil {
		return
	}
	at := s.at + "/config"
	if assign, ok := config.get("assign").str(); ok && assign == r.from {
		r.set(at+"/assign", config.get("assign"), r.to)
	}
	script, _ := s.node.get("type").str()
	if source, ok := config.get("source").str(); ok && script == "script" {
		if mentions(source, r.from) {
			r.leave(at+"/source", source)
		}
		for i, name := range config.keys {
			if name != "source" {
				r.texts(at+"/"+escape(name), config.kids[i])
			}
		}
		return
	}
	r.texts(at, config)
}

// texts changes the references in a value. An object whose names contain references is changed as a whole, because the
// paths to its members change with their names.
func (r *renaming) texts(at string, t *tree) {
	switch t.kind {
	case value.KindString:
		text, _ := t.str()
		if next, changed := r.text(at, text); changed {
			r.set(at, t, next)
		}
	case value.KindArray:
		for i, kid := range t.kids {
			r.texts(at+"/"+itoa(i), kid)
		}
	case value.KindObject:
		if r.names(at, t) {
			return
		}
		for i, name := range t.keys {
			r.texts(at+"/"+escape(name), t.kids[i])
		}
	}
}

// names changes the references in the names of an object, and then in everything below it. It reports whether there
// were any.
func (r *renaming) names(at string, t *tree) bool {
	next := make([]string, len(t.keys))
	seen, any := make(map[string]bool), false
	for i, name := range t.keys {
		text, changed := r.text(at, name)
		if next[i] = name; changed {
			next[i], any = text, true
		}
		if seen[next[i]] {
			r.leave(at, name)
			return false
		}
		seen[next[i]] = true
	}
	if !any {
		return false
	}
	whole := Operation{Op: Set, Path: at, Value: t.value()}
	t.keys = next
	below := &renaming{from: r.from, to: r.to}
	for i, name := range t.keys {
		below.texts(at+"/"+escape(name), t.kids[i])
	}
	r.undo, r.left = append(r.undo, whole), append(r.left, below.left...)
	return true
}

// text returns a text with the references changed.
func (r *renaming) text(at, text string) (string, bool) {
	if !strings.Contains(text, "$") || !strings.Contains(text, r.from) {
		if strings.Contains(text, "$nodes") || strings.Contains(text, "$scopes") {
			r.unread(at, text)
		}
		return text, false
	}
	list, ok := expr.Names(text)
	if !ok {
		r.unread(at, text)
		return text, false
	}
	var b strings.Builder
	from := 0
	for _, n := range list {
		if n.Root != "nodes" && n.Root != "scopes" || n.Name != r.from {
			continue
		}
		name := n.Start + strings.IndexAny(text[n.Start:n.End], ".[") + 1
		if strings.ContainsRune(`"'`, rune(text[name])) {
			name++
		}
		if !strings.HasPrefix(text[name:], r.from) {
			r.leave(at, text)
			continue
		}
		b.WriteString(text[from:name])
		b.WriteString(r.to)
		from = name + len(r.from)
	}
	b.WriteString(text[from:])
	return b.String(), from > 0
}

// unread notes a text that is no template and no expression, if it seems to name the node.
func (r *renaming) unread(at, text string) {
	if mentions(text, "$nodes."+r.from) || mentions(text, "$scopes."+r.from) || mentions(text, "$jobsMapByNodeKey."+r.from) {
		r.leave(at, text)
	}
}

// maxExtract is the length of a Reference's text, in bytes.
const maxExtract = 120

// leave notes a reference that is not changed.
func (r *renaming) leave(at, text string) {
	if i := strings.Index(text, r.from); len(text) > maxExtract && i > maxExtract/2 {
		text = text[i-maxExtract/2:]
	}
	r.left = append(r.left, Reference{Path: at, Text: strings.ToValidUTF8(text[:min(len(text), maxExtract)], "")})
}

// mentions reports whether a text contains a word.
func mentions(text, word string) bool {
	for i := 0; ; {
		n := strings.Index(text[i:], word)
		if n < 0 {
			return false
		}
		start, end := i+n, i+n+len(word)
		if (start == 0 || !inName(text[start-1])) && (end == len(text) || !inName(text[end])) {
			return true
		}
		i = end
	}
}

func inName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}
