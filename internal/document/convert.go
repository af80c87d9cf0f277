package document

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// converter converts YAML nodes to a tree, within limits.
type converter struct {
	source   Source
	lines    []string
	problems []Problem
	entries  int
	bytes    int
	open     []*yaml.Node // aliases being expanded
	full     bool
}

func (c *converter) problem(code, path string, line int, format string, args ...any) *tree {
	// Stop at MaxProblems: nobody would see the rest.
	c.full = c.full || len(c.problems) > MaxProblems
	c.problems = append(c.problems, Problem{Code: code, File: c.source.File, Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
	c.source.broken = append(c.source.broken, path)
	return &tree{kind: value.KindNull, text: "null", line: line}
}

// tree converts one node. A node that cannot be converted becomes a problem and null.
func (c *converter) tree(path string, n *yaml.Node, depth int) *tree {
	if c.full {
		return &tree{kind: value.KindNull, text: "null", line: n.Line}
	}
	if c.entries++; c.entries > MaxEntries || c.bytes > MaxDocument {
		c.full = true
		return c.problem(errorcode.TooLarge, "", n.Line, "the document is too large: at most %d values and %s, aliases expanded", MaxEntries, decode.Size(MaxDocument))
	}
	if depth >= MaxDepth && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) {
		return c.problem(errorcode.TooLarge, path, n.Line, "nested too deep: at most %d levels", MaxDepth)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return c.object(path, n, depth)
	case yaml.SequenceNode:
		return c.list(path, n, depth)
	case yaml.AliasNode:
		return c.alias(path, n, depth)
	default:
		return c.scalar(path, n)
	}
}

func (c *converter) alias(path string, n *yaml.Node, depth int) *tree {
	if n.Alias == nil || slices.Contains(c.open, n.Alias) || len(c.open) >= MaxDepth {
		return c.problem(errorcode.Syntax, path, n.Line, "the alias *%s is inside the value it refers to", n.Value)
	}
	c.open = append(c.open, n.Alias)
	t := c.tree(path, n.Alias, depth)
	c.open = c.open[:len(c.open)-1]
	t.line = n.Line
	return t
}

func (c *converter) list(path string, n *yaml.Node, depth int) *tree {
	if !c.tagged(n, "!!seq") {
		return c.problem(errorcode.Syntax, path, n.Line, "the tag %s is not supported", n.Tag)
	}
	c.opened(n)
	defer c.closed(n)
	t := &tree{kind: value.KindArray, line: n.Line}
	for i, kid := range n.Content {
		if c.full {
			break
		}
		t.children = append(t.children, c.tree(decode.Join(path, decode.Index(i)), kid, depth+1))
		c.bytes++
	}
	return t
}

func (c *converter) object(path string, n *yaml.Node, depth int) *tree {
	if !c.tagged(n, "!!map") {
		return c.problem(errorcode.Syntax, path, n.Line, "the tag %s is not supported", n.Tag)
	}
	if template, ok := c.template(n); ok {
		return c.problem(errorcode.Syntax, path, n.Line, "%s", quotingAdvice(template))
	}
	c.opened(n)
	defer c.closed(n)
	t := &tree{kind: value.KindObject, line: n.Line}
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content) && !c.full; i += 2 {
		key, ok := c.key(path, n.Content[i])
		if !ok {
			continue
		}
		at := decode.Join(path, decode.Name(key))
		if first, twice := seen[key]; twice {
			c.problem(errorcode.Duplicate, at, n.Content[i].Line, "%s is given twice, first on line %d; keep one", decode.Quote(key), first)
			continue
		}
		seen[key] = n.Content[i].Line
		c.bytes += len(key) + len(`"":,`)
		t.keys, t.at = append(t.keys, key), append(t.at, n.Content[i].Line)
		t.children = append(t.children, c.tree(at, n.Content[i+1], depth+1))
	}
	return t
}

// key reads the name of a member.
func (c *converter) key(path string, n *yaml.Node) (string, bool) {
	for n.Kind == yaml.AliasNode && n.Alias != nil && n.Alias.Kind == yaml.ScalarNode {
		n = n.Alias
	}
	if n.Kind == yaml.MappingNode {
		if template, ok := c.template(&yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{n, n}}); ok {
			c.problem(errorcode.Syntax, path, n.Line, "%s", quotingAdvice(template))
			return "", false
		}
	}
	if n.Kind != yaml.ScalarNode {
		c.problem(errorcode.Syntax, path, n.Line, "a key must be a string, not a list or an object")
		return "", false
	}
	if n.Style&^yaml.TaggedStyle == 0 {
		if n.Value == "<<" {
			c.problem(errorcode.Syntax, path, n.Line, "merge keys (<<) are not supported; write the fields out")
			return "", false
		}
		kind, _, problem := core(n.Value)
		if explicitTag(n) && n.Tag == "!!str" {
			kind, problem = value.KindString, ""
		}
		if kind != value.KindString || problem != "" {
			c.problem(errorcode.Syntax, path, n.Line, "the key %s must be a string; put it in quotes: %s", clipped(n.Value), decode.Quote(n.Value))
			return "", false
		}
	}
	return n.Value, true
}

// opened and closed track the anchored lists and objects being expanded, so that an alias inside one cannot refer
// to it.
func (c *converter) opened(n *yaml.Node) {
	if n.Anchor != "" {
		c.open = append(c.open, n)
	}
}

func (c *converter) closed(n *yaml.Node) {
	if n.Anchor != "" {
		c.open = c.open[:len(c.open)-1]
	}
}

// template detects how YAML parses {{x}} without quotes: as an object whose key is an object.
func (c *converter) template(n *yaml.Node) (string, bool) {
	if n.Style&yaml.FlowStyle == 0 || len(n.Content) != 2 {
		return "", false
	}
	inner := n.Content[0]
	if inner.Kind != yaml.MappingNode || inner.Style&yaml.FlowStyle == 0 {
		return "", false
	}
	if inner.Line >= 1 && inner.Line <= len(c.lines) {
		line := c.lines[inner.Line-1]
		if template, ok := unquotedTemplate(line); ok {
			return template, true
		}
		if from := strings.Index(line, "{{"); from >= 0 {
			return cutBehindBraces(line[from:]), true
		}
	}
	return "{{ … }}", true
}

func clipped(text string) string {
	if len(text) > maxQuoted {
		return strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	return text
}
