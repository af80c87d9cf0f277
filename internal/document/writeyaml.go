package document

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// yamlIndent is the indentation of written YAML, in spaces.
const yamlIndent = 2

// YAML returns a JSON value as YAML: members in their order, numbers as they are written. Reading the YAML as a document
// gives the same value.
func YAML(v value.Value) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(yamlIndent)
	if err := e.Encode(yamlNode(v)); err != nil {
		return nil, fault.As("document.YAML", fault.Internal, err, "a value cannot be written as YAML: %v", err)
	}
	return b.Bytes(), e.Close()
}

// yamlNode returns the node of a value.
func yamlNode(v value.Value) *yaml.Node {
	switch v.Kind() {
	case value.KindObject:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for name, member := range v.Members() {
			key := yamlText(name)
			if key.Style == yaml.LiteralStyle {
				key.Style = yaml.DoubleQuotedStyle
			}
			n.Content = append(n.Content, key, yamlNode(member))
		}
		return emptyInFlow(n)
	case value.KindArray:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for element := range v.Elements() {
			n.Content = append(n.Content, yamlNode(element))
		}
		return emptyInFlow(n)
	case value.KindString:
		text, _ := v.Str()
		return yamlText(text)
	default: // numbers, booleans and null are the same text in YAML
		return &yaml.Node{Kind: yaml.ScalarNode, Value: v.Text()}
	}
}

// emptyInFlow writes empty collections as {} and [].
func emptyInFlow(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

// yamlText returns the node of a string. Text of several lines is a block if it can be read back from one; other text
// is in quotes if this package would read it as something else.
func yamlText(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch kind, _, problem := core(text); {
	case strings.Contains(text, "\n") && fitsBlock(text):
		n.Style = yaml.LiteralStyle
	case kind != value.KindString || problem != "" || isOldBool(text) || strings.ContainsFunc(text, unsafeInYAML):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// isOldBool reports words that are booleans in YAML 1.1, which other programs may still read.
func isOldBool(text string) bool {
	return slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(text))
}

// fitsBlock reports whether a literal block keeps a text as it is: YAML takes the indentation from its first line, and
// drops white space of lines that have nothing else.
func fitsBlock(text string) bool {
	for i, line := range strings.Split(text, "\n") {
		blank := strings.Trim(line, " \t") == ""
		if blank && (line != "" || i == 0) || i == 0 && (line[0] == ' ' || line[0] == '\t') || strings.ContainsFunc(line, unsafeInBlock) {
			return false
		}
	}
	return true
}

// unsafeInBlock reports characters that a literal block cannot have.
func unsafeInBlock(r rune) bool { return r != '\t' && unsafeInYAML(r) }

// unsafeInYAML reports characters that are written as escapes. Those beyond ASCII are line breaks, byte order marks and
// the like.
func unsafeInYAML(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}
