package compile

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/function"
	"hookline.dev/hookline/internal/expr/lex"
	"hookline.dev/hookline/internal/value"
)

// lowerer turns a syntax tree into closures. It finds the errors in the tree itself.
type lowerer struct {
	*Compiler
	lex.Lifted
	lets     []binding
	pointers []function.Slots
	locals   int // slots used so far; no two live variables share one
	nodes    int
	nesting  int
}

// binding is a let variable in scope.
type binding struct {
	name string
	slot int
}

func (w *lowerer) slot() int {
	w.locals++
	return w.locals - 1
}

// where returns the offset of a node in the template.
func (w *lowerer) where(n ast.Node) int { return w.Offset(n.Location().From) }

// lower compiles a node. The closure charges one step and adds its position to errors that have none.
func (w *lowerer) lower(n ast.Node) (eval.Func, error) {
	if n == nil {
		return nil, diag.At(w.At, "this is not a valid expression")
	}
	w.nodes++
	w.nesting++
	defer func() { w.nesting-- }()
	at := w.where(n)
	if w.nodes > MaxNodes || w.nesting > MaxNesting {
		return nil, diag.At(at, "this expression is too complex; split it over several nodes or use a script")
	}
	f, err := w.lowerNode(n)
	if err != nil {
		if m, ok := diag.AsError(err); ok && m.At < 0 {
			m.At = at
		}
		return nil, err
	}
	return func(r *eval.Run) (any, error) {
		if err := r.Step(1); err != nil {
			return nil, err
		}
		x, err := f(r)
		if err != nil {
			if m, ok := diag.AsError(err); ok && m.At < 0 {
				m.At = at
			}
			return nil, err
		}
		return x, nil
	}, nil
}

func (w *lowerer) lowerNode(n ast.Node) (eval.Func, error) {
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
		return nil, diag.Failed("%s is not supported in expressions", describeNode(n))
	}
}

func literal(x any) eval.Func { return func(*eval.Run) (any, error) { return x, nil } }

// float refuses a literal that float64 does not represent exactly. It reads the source, because expr-lang's parser
// has already rounded the value.
func (w *lowerer) float(n *ast.FloatNode) (eval.Func, error) {
	from, to := w.Offset(n.Location().From)-w.At, w.Offset(n.Location().To)-w.At
	src := strings.ReplaceAll(w.Origin[from:to], "_", "")
	if strings.HasPrefix(src, ".") {
		src = "0" + src
	}
	src = strings.Replace(strings.TrimSuffix(src, "."), ".e", "e", 1)
	src = strings.Replace(src, ".E", "E", 1)
	if v, err := value.Number(src); err == nil {
		if _, exact := v.Float(); !exact {
			return nil, diag.Failed("this number has too many digits to be held exactly (a float64 holds 17)")
		}
	}
	return literal(n.Value), nil
}

func (w *lowerer) identifier(n *ast.IdentifierNode) (eval.Func, error) {
	if slot, ok := w.Vars[n.Value]; ok {
		return func(r *eval.Run) (any, error) {
			v, err := r.Lookup(slot)
			return eval.Operand(v), err
		}, nil
	}
	for _, b := range slices.Backward(w.lets) {
		if b.name == n.Value {
			slot := b.slot
			return func(r *eval.Run) (any, error) { return r.Local(slot), nil }, nil
		}
	}
	return nil, diag.Failed("%s is not a variable: a variable starts with its $root, as in $context.data.%s, and text goes in quotes", n.Value, n.Value)
}

func (w *lowerer) pointer(n *ast.PointerNode) (eval.Func, error) {
	if len(w.pointers) == 0 {
		return nil, diag.Failed("# stands for an element and only inside a function such as filter or map")
	}
	p := w.pointers[len(w.pointers)-1]
	slot := p.Item
	switch {
	case n.Name == "":
	case n.Name == "index":
		slot = p.Index
	case n.Name == "acc" && p.HasAcc:
		slot = p.Acc
	default:
		return nil, diag.Failed("unknown #%s; there are # and #index, and #acc in reduce", w.Readable(n.Name))
	}
	return func(r *eval.Run) (any, error) { return r.Local(slot), nil }, nil
}

func (w *lowerer) let(n *ast.VariableDeclaratorNode) (eval.Func, error) {
	if strings.HasPrefix(n.Name, "$") {
		return nil, diag.Failed("a let variable cannot be called %s", w.Readable(n.Name))
	}
	x, err := w.lower(n.Value)
	if err != nil {
		return nil, err
	}
	slot := w.slot()
	w.lets = append(w.lets, binding{name: n.Name, slot: slot})
	body, err := w.lower(n.Expr)
	w.lets = w.lets[:len(w.lets)-1]
	if err != nil {
		return nil, err
	}
	return func(r *eval.Run) (any, error) {
		v, err := x(r)
		if err != nil {
			return nil, err
		}
		r.SetLocal(slot, v)
		return body(r)
	}, nil
}

func (w *lowerer) sequence(n *ast.SequenceNode) (eval.Func, error) {
	parts, err := w.lowerAll(n.Nodes)
	if err != nil {
		return nil, err
	}
	return func(r *eval.Run) (x any, err error) {
		for _, part := range parts {
			if x, err = part(r); err != nil {
				return nil, err
			}
		}
		return x, nil
	}, nil
}

func (w *lowerer) lowerAll(nodes []ast.Node) ([]eval.Func, error) {
	out := make([]eval.Func, len(nodes))
	for i, n := range nodes {
		var err error
		if out[i], err = w.lower(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *lowerer) conditional(n *ast.ConditionalNode) (eval.Func, error) {
	parts, err := w.lowerAll([]ast.Node{n.Cond, n.Exp1, n.Exp2})
	if err != nil {
		return nil, err
	}
	cond, yes, no := parts[0], parts[1], parts[2]
	return func(r *eval.Run) (any, error) {
		x, err := cond(r)
		if err != nil {
			return nil, err
		}
		is, err := eval.Truth(x)
		if err != nil {
			return nil, err
		}
		if is {
			return yes(r)
		}
		return no(r)
	}, nil
}
