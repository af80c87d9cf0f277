package document

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// VariableUse is a place in a document that uses a variable of $env.
type VariableUse struct {
	Name string // of the variable
	Path string // in the document, such as nodes[1].config.headers.Authorization
}

// VariableUses returns the places that use a variable of $env, in the order of the document. It reads every text as a
// template or an expression, whatever the field is for, so it also works on documents that this version cannot compile.
// The names in a script's env are uses, too.
func VariableUses(doc value.Value) (all []VariableUse) {
	scriptUses(doc, "", &all)
	texts(doc, "", func(path, text string) {
		if !strings.Contains(text, "env") {
			return
		}
		for _, ref := range refs(text) {
			if use := (VariableUse{ref.Name(), path}); ref.Root() == "env" && !slices.Contains(all, use) {
				all = append(all, use)
			}
		}
	})
	return all
}

// scriptUses finds the names in config.env of nodes, at any depth.
func scriptUses(v value.Value, path string, all *[]VariableUse) {
	switch v.Kind() {
	case value.KindArray:
		i := 0
		for element := range v.Elements() {
			scriptUses(element, path+decode.Index(i), all)
			i++
		}
	case value.KindObject:
		env := v.Get("config").Get("env")
		if env.Kind() == value.KindArray {
			i := 0
			for element := range env.Elements() {
				if name, ok := element.Str(); ok && !strings.Contains(name, "{{") {
					*all = append(*all, VariableUse{name, decode.Join(path, "config.env"+decode.Index(i))})
				}
				i++
			}
		}
		for name, member := range v.Members() {
			scriptUses(member, decode.Join(path, decode.Name(name)), all)
		}
	default:
	}
}

// findPlainUses finds the places in a node's config, outside of the fields for secrets, that use $env.
func (c *compiler) findPlainUses(n flow.Node, at string, compiled node.Node) {
	if c.known.Plain == nil {
		return // there can be none without a problem
	}
	var secret []string
	if marked, ok := compiled.(interface{ SecretFields() []string }); ok {
		secret = marked.SecretFields()
	}
	for _, use := range VariableUses(n.Config) {
		if !slices.Contains(secret, use.Path) {
			use.Path = decode.Join(at, use.Path)
			c.plainUses = append(c.plainUses, use)
		}
	}
}
