package schema

import (
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// node is a compiled schema. It does not change after Compile.
type node struct {
	path  string // in the schema document
	fixed *bool  // the schemas true and false

	types    []string // as written; nil: any
	constant value.Value
	enum     []value.Value
	format   *jsonschema.Format

	object *objectRules
	array  *arrayRules
	text   *textRules
	number *numberRules

	ref                        *node
	all, any, one              []*node
	not                        *node
	condition, then, otherwise *node
	unevaluatedName            *node
	unevaluatedItem            *node
}

type objectRules struct {
	minMembers, maxMembers int // maxMembers < 0: no maximum
	required               []string
	properties             map[string]*node
	patterns               []patternRule
	additional             *node
	names                  *node
	dependentNames         []dependency
	dependentSchemas       []dependency
}

type patternRule struct {
	pattern jsonschema.Regexp
	node    *node
}

// dependency is what the presence of a member requires.
type dependency struct {
	name  string
	needs []string
	node  *node
}

type arrayRules struct {
	minItems, maxItems       int
	unique                   bool
	prefix                   []*node
	items                    *node
	contains                 *node
	minContains, maxContains int // of elements that fit contains; maxContains < 0: no maximum
}

type textRules struct {
	minLength, maxLength int // characters
	pattern              jsonschema.Regexp
}

type numberRules struct{ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multiple *bound }

// compiler converts the library's schemas to nodes.
type compiler struct {
	doc      value.Value
	nodes    map[source]*node
	order    []*node
	problems []decode.Problem
}

func (c *compiler) node(s source) *node {
	if s == nil {
		return nil
	}
	if n := c.nodes[s]; n != nil {
		return n
	}
	n := &node{path: where(c.doc, s), fixed: s.Bool}
	c.nodes[s] = n
	c.order = append(c.order, n)
	if s.Types != nil {
		n.types = s.Types.ToStrings()
	}
	if s.Const != nil {
		n.constant = toValue(*s.Const)
	}
	if s.Enum != nil {
		n.enum = make([]value.Value, len(s.Enum.Values))
		for i, v := range s.Enum.Values {
			n.enum[i] = toValue(v)
		}
	}
	n.format = s.Format
	n.ref = c.node(s.Ref)
	n.all, n.any, n.one = c.list(s.AllOf), c.list(s.AnyOf), c.list(s.OneOf)
	n.not, n.condition, n.then, n.otherwise = c.node(s.Not), c.node(s.If), c.node(s.Then), c.node(s.Else)
	n.unevaluatedName, n.unevaluatedItem = c.node(s.UnevaluatedProperties), c.node(s.UnevaluatedItems)
	n.object, n.array, n.text, n.number = c.objectRules(s), c.arrayRules(s), textRulesOf(s), numberRulesOf(s)
	return n
}

func (c *compiler) list(all []source) []*node {
	var out []*node
	for _, s := range all {
		out = append(out, c.node(s))
	}
	return out
}

func (c *compiler) objectRules(s source) *objectRules {
	o := &objectRules{
		minMembers: orZero(s.MinProperties), maxMembers: orNone(s.MaxProperties), required: s.Required, names: c.node(s.PropertyNames),
	}
	for name, each := range s.Properties {
		if o.properties == nil {
			o.properties = make(map[string]*node, len(s.Properties))
		}
		o.properties[name] = c.node(each)
	}
	for pattern, each := range s.PatternProperties {
		o.patterns = append(o.patterns, patternRule{pattern, c.node(each)})
	}
	slices.SortFunc(o.patterns, func(a, b patternRule) int { return strings.Compare(a.pattern.String(), b.pattern.String()) })
	switch additional := s.AdditionalProperties.(type) {
	case bool:
		o.additional = &node{fixed: &additional}
	case source:
		o.additional = c.node(additional)
	}
	for name, needs := range s.DependentRequired {
		o.dependentNames = append(o.dependentNames, dependency{name: name, needs: needs})
	}
	for name, each := range s.DependentSchemas {
		o.dependentSchemas = append(o.dependentSchemas, dependency{name: name, node: c.node(each)})
	}
	byName := func(a, b dependency) int { return strings.Compare(a.name, b.name) }
	slices.SortFunc(o.dependentNames, byName)
	slices.SortFunc(o.dependentSchemas, byName)
	if o.minMembers == 0 && o.maxMembers < 0 && o.required == nil && o.properties == nil && o.patterns == nil && o.additional == nil &&
		o.names == nil && o.dependentNames == nil && o.dependentSchemas == nil {
		return nil
	}
	return o
}

func (c *compiler) arrayRules(s source) *arrayRules {
	a := &arrayRules{
		minItems: orZero(s.MinItems), maxItems: orNone(s.MaxItems), unique: s.UniqueItems, prefix: c.list(s.PrefixItems),
		items: c.node(s.Items2020), contains: c.node(s.Contains), minContains: 1, maxContains: orNone(s.MaxContains),
	}
	if s.MinContains != nil {
		a.minContains = *s.MinContains
	}
	if a.minItems == 0 && a.maxItems < 0 && !a.unique && a.prefix == nil && a.items == nil && a.contains == nil {
		return nil
	}
	return a
}

func textRulesOf(s source) *textRules {
	if s.MinLength == nil && s.MaxLength == nil && s.Pattern == nil {
		return nil
	}
	return &textRules{orZero(s.MinLength), orNone(s.MaxLength), s.Pattern}
}

func numberRulesOf(s source) *numberRules {
	r := numberRules{boundOf(s.Minimum), boundOf(s.ExclusiveMinimum), boundOf(s.Maximum), boundOf(s.ExclusiveMaximum), boundOf(s.MultipleOf)}
	if r == (numberRules{}) {
		return nil
	}
	return &r
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func orNone(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// toValue converts a value that the library keeps. The library keeps numbers as text, so nothing is lost.
func toValue(x any) value.Value {
	v, err := value.From(x)
	if err != nil {
		panic("schema: the library keeps a value that is no JSON: " + err.Error())
	}
	return v
}
