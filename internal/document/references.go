package document

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// references finds variables in a node's config that can never have a value there: results of nodes that do not
// exist or cannot have run before, loops that do not enclose the node, and errors outside an error branch. It reads
// every text as a template or an expression, by its form, whatever the kind does with it. It skips text that is
// neither. told holds the paths at which the kind has already reported a problem.
func (c *compiler) references(n flow.Node, info node.Info, at string, p position, told map[string]bool) {
	asked := p // a loop's condition is evaluated inside the pass that would begin
	if info.Branches == node.Passes {
		asked.loops = append(slices.Clip(p.loops), n.Key)
	}
	texts(n.Config, at, func(path, text string) {
		if told[path] || n.Type == "script" && path == at+".source" {
			return
		}
		stands := p
		if strings.HasPrefix(path, at+".while") || strings.HasPrefix(path, at+".condition") {
			stands = asked
		}
		for _, ref := range refs(text) {
			if message := c.unreachable(ref, n, stands); message != "" {
				c.problem(errorcode.Unreachable, path, "%s", message)
			}
		}
	})
}

// texts visits every string of a config, including keys.
func texts(v value.Value, path string, visit func(path, text string)) {
	switch v.Kind() {
	case value.KindString:
		text, _ := v.Str()
		visit(path, text)
	case value.KindArray:
		i := 0
		for element := range v.Elements() {
			texts(element, decode.Join(path, decode.Index(i)), visit)
			i++
		}
	case value.KindObject:
		for name, member := range v.Members() {
			at := decode.Join(path, decode.Name(name))
			visit(at, name)
			texts(member, at, visit)
		}
	}
}

// refs returns the variables of a template or of a bare expression.
func refs(text string) []expr.Path {
	var t *expr.Template
	var err error
	switch {
	case strings.Contains(text, "{{"):
		t, err = expr.Compile(text, expr.Options{Secrets: true})
	case strings.Contains(text, "$"):
		t, err = expr.CompileExpression(text, expr.Options{Secrets: true})
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	return t.Refs()
}

// unreachable returns why a variable can have no value at a position, or "".
func (c *compiler) unreachable(ref expr.Path, n flow.Node, p position) string {
	switch ref.Root() {
	case "nodes":
		if ref.Name() == n.Key {
			return fmt.Sprintf("$nodes.%s is this node itself, which has no result before it has run", ref.Name())
		}
		if slices.Contains(p.enclosing, ref.Name()) {
			return c.noResultYet(ref.Name())
		}
		if !slices.Contains(p.earlier, ref.Name()) {
			return c.cannotRefer(ref.Name(), p)
		}
	case "scopes":
		if !slices.Contains(p.loops, ref.Name()) {
			return noLoop(ref.Name(), p.loops)
		}
	case "error":
		if !p.inError {
			return "$error holds something only in a branch called error"
		}
		if names := []string{"message", "code", "node"}; !slices.Contains(names, ref.Name()) {
			return "$error: " + decode.Unknown("name", ref.Name(), names)
		}
	}
	return ""
}

// cannotRefer returns why the result of a node is not available.
func (c *compiler) cannotRefer(key string, p position) string {
	if _, exists := c.all[key]; exists {
		return fmt.Sprintf("the node %s cannot have run before this one: it is later, in another branch, or in a loop that has ended", key)
	}
	if near, ok := nearest.Name(key, p.earlier); ok {
		return fmt.Sprintf("there is no node %s; did you mean %q?", decode.Quote(key), near)
	}
	if len(p.earlier) == 0 {
		return fmt.Sprintf("there is no node %s, and none runs before this one", decode.Quote(key))
	}
	return decode.Unknown("node", key, p.earlier)
}

func noLoop(key string, loops []string) string {
	if len(loops) == 0 {
		return fmt.Sprintf("$scopes.%s: there is no loop around this node", key)
	}
	return "$scopes: " + decode.Unknown("loop", key, loops)
}
