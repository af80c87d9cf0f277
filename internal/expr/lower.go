package expr

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/value"
)

// lowerer turns a syntax tree into evaluators. What can be wrong with the tree
// itself is found here.
type lowerer struct {
	*compiler
	lifted
	lets     []binding
	pointers []pointer
	locals   int // slots used so far; no two live variables share one
	nodes    int
	nesting  int
}

// binding is a let variable in scope.
type binding struct {
	name string
	slot int
}

// pointer is the # of the predicate being lowered: the slots of the element,
// its index and, in reduce, the accumulator.
type pointer struct {
	item, index, acc int
	hasAcc           bool
}

func (w *lowerer) slot() int {
	w.locals++
	return w.locals - 1
}

// where is the offset of a node in the template.
func (w *lowerer) where(n ast.Node) int { return w.offset(n.Location().From) }

// lower compiles a node. Its evaluator charges a step and puts its place into
// the mistakes that it meets.
func (w *lowerer) lower(n ast.Node) (evaluator, error) {
	if n == nil {
		return nil, wrong(w.at, "this is no expression")
	}
	w.nodes++
	w.nesting++
	defer func() { w.nesting-- }()
	at := w.where(n)
	if w.nodes > MaxNodes || w.nesting > MaxNesting {
		return nil, wrong(at, "this expression is too complex; split it over several nodes or use a script")
	}
	eval, err := w.lowerNode(n)
	if err != nil {
		if m, ok := asMistake(err); ok && m.at < 0 {
			m.at = at
		}
		return nil, err
	}
	return func(r *run) (any, error) {
		if r.limits.Steps--; r.limits.Steps < 0 {
			return nil, r.step(0)
		}
		x, err := eval(r)
		if err != nil {
			if m, ok := asMistake(err); ok && m.at < 0 {
				m.at = at
			}
			return nil, err
		}
		return x, nil
	}, nil
}

func (w *lowerer) lowerNode(n ast.Node) (evaluator, error) {
	switch n := n.(type) {
	case *ast.NilNode:
		return literal(nil), nil
	case *ast.BoolNode:
		return literal(n.Value), nil
	case *ast.IntegerNode:
		return literal(int64(n.Value)), nil
	case *ast.FloatNode:
		return w.float(n)
	case *ast.StringNode:
		return literal(n.Value), nil
	case *ast.IdentifierNode:
		return w.identifier(n)
	case *ast.PointerNode:
		return w.pointer(n)
	case *ast.UnaryNode:
		return w.unary(n)
	case *ast.BinaryNode:
		return w.binary(n)
	case *ast.ConditionalNode:
		return w.conditional(n)
	case *ast.ChainNode:
		return w.lower(n.Node)
	case *ast.MemberNode:
		return w.member(n)
	case *ast.SliceNode:
		return w.slice(n)
	case *ast.ArrayNode:
		return w.array(n)
	case *ast.MapNode:
		return w.mapping(n)
	case *ast.VariableDeclaratorNode:
		return w.let(n)
	case *ast.SequenceNode:
		return w.sequence(n)
	case *ast.BuiltinNode:
		return w.call(n.Name, n.Arguments)
	case *ast.CallNode:
		return w.callNode(n)
	default:
		return nil, failed("%s is not supported in expressions", describeNode(n))
	}
}

func literal(x any) evaluator { return func(*run) (any, error) { return x, nil } }

// float refuses a literal that its float64 does not stand for; expr-lang's
// parser has rounded it already, so the source is looked at.
func (w *lowerer) float(n *ast.FloatNode) (evaluator, error) {
	from, to := w.offset(n.Location().From)-w.at, w.offset(n.Location().To)-w.at
	src := strings.ReplaceAll(w.origin[from:to], "_", "")
	if strings.HasPrefix(src, ".") {
		src = "0" + src
	}
	src = strings.Replace(strings.TrimSuffix(src, "."), ".e", "e", 1)
	src = strings.Replace(src, ".E", "E", 1)
	if v, err := value.Number(src); err == nil {
		if _, exact := v.Float(); !exact {
			return nil, failed("this number has too many digits to be held exactly (a float64 holds 17)")
		}
	}
	return literal(n.Value), nil
}

func (w *lowerer) identifier(n *ast.IdentifierNode) (evaluator, error) {
	if slot, ok := w.vars[n.Value]; ok {
		return func(r *run) (any, error) {
			v, err := r.lookup(slot)
			return datum(v), err
		}, nil
	}
	for _, b := range slices.Backward(w.lets) {
		if b.name == n.Value {
			slot := b.slot
			return func(r *run) (any, error) { return r.locals[slot], nil }, nil
		}
	}
	return nil, failed("%s is no variable: a variable starts with its $root, as in $context.data.%s, and text stands in quotes", n.Value, n.Value)
}

func (w *lowerer) pointer(n *ast.PointerNode) (evaluator, error) {
	if len(w.pointers) == 0 {
		return nil, failed("# stands for an element and only inside a function such as filter or map")
	}
	p := w.pointers[len(w.pointers)-1]
	slot := p.item
	switch {
	case n.Name == "":
	case n.Name == "index":
		slot = p.index
	case n.Name == "acc" && p.hasAcc:
		slot = p.acc
	default:
		return nil, failed("unknown #%s; there are # and #index, and #acc in reduce", w.readable(n.Name))
	}
	return func(r *run) (any, error) { return r.locals[slot], nil }, nil
}

func (w *lowerer) let(n *ast.VariableDeclaratorNode) (evaluator, error) {
	if strings.HasPrefix(n.Name, "$") {
		return nil, failed("a let variable cannot be called %s", w.readable(n.Name))
	}
	x, err := w.lower(n.Value)
	if err != nil {
		return nil, err
	}
	slot := w.slot()
	w.lets = append(w.lets, binding{n.Name, slot})
	body, err := w.lower(n.Expr)
	w.lets = w.lets[:len(w.lets)-1]
	if err != nil {
		return nil, err
	}
	return func(r *run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		r.locals[slot] = v
		return body(r)
	}, nil
}

func (w *lowerer) sequence(n *ast.SequenceNode) (evaluator, error) {
	parts, err := w.lowerAll(n.Nodes)
	if err != nil {
		return nil, err
	}
	return func(r *run) (x any, err error) {
		for _, part := range parts {
			if x, err = part(r); err != nil {
				return nil, err
			}
		}
		return x, nil
	}, nil
}

func (w *lowerer) lowerAll(nodes []ast.Node) ([]evaluator, error) {
	out := make([]evaluator, len(nodes))
	for i, n := range nodes {
		var err error
		if out[i], err = w.lower(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *lowerer) conditional(n *ast.ConditionalNode) (evaluator, error) {
	parts, err := w.lowerAll([]ast.Node{n.Cond, n.Exp1, n.Exp2})
	if err != nil {
		return nil, err
	}
	cond, yes, no := parts[0], parts[1], parts[2]
	return func(r *run) (any, error) {
		x, err := cond(r)
		if err != nil {
			return nil, err
		}
		is, err := truth(x)
		if err != nil {
			return nil, err
		}
		if is {
			return yes(r)
		}
		return no(r)
	}, nil
}

// readable puts paths back where messages of the parser show placeholders.
func (l *lifted) readable(message string) string {
	if !strings.Contains(message, "$") {
		return message
	}
	for name := range l.vars {
		message = strings.ReplaceAll(message, name, "a variable")
	}
	return message
}
