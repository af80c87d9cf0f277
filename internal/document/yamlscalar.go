package document

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

func (c *converter) scalar(path string, n *yaml.Node) *tree {
	var text, problem string
	kind := value.KindString
	switch {
	case explicitTag(n) && n.Tag == "!!str", n.Style&^yaml.TaggedStyle != 0 && !explicitTag(n):
		text = quoted(n.Value)
	case explicitTag(n):
		kind, text, problem = core(n.Value)
		if want := coreTag(kind, text); problem == "" && n.Tag != want && (n.Tag != "!!float" || want != "!!int") {
			problem = fmt.Sprintf("the tag %s is not supported here; write the value itself", n.Tag)
		}
	default:
		kind, text, problem = core(n.Value)
	}
	if problem != "" {
		return c.problem(errorcode.Syntax, path, n.Line, "%s", problem)
	}
	c.bytes += len(text)
	return &tree{kind: kind, text: text, line: n.Line}
}

func explicitTag(n *yaml.Node) bool { return n.Style&yaml.TaggedStyle != 0 }

func (c *converter) tagged(n *yaml.Node, tag string) bool { return !explicitTag(n) || n.Tag == tag }

func coreTag(kind value.Kind, text string) string {
	switch {
	case kind == value.KindNull:
		return "!!null"
	case kind == value.KindBool:
		return "!!bool"
	case kind == value.KindNumber && strings.ContainsAny(text, ".eE"):
		return "!!float"
	case kind == value.KindNumber:
		return "!!int"
	default:
		return "!!str"
	}
}
