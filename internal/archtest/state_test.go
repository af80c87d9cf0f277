package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// stateBreaches checks the package-level variables of one package. A variable is allowed when nothing can
// change it. Allowed are
//
//   - interface guards: var _ T = ...
//   - errors, unexported or exported, made in their declaration: var ErrX = errors.New(...)
//   - embedded files: a declaration under //go:embed
//   - compiled patterns and tables: unexported, set in their declaration to something that is not a
//     pointer, channel, lock or counter, and never written to in the package
//   - sync.Pool: memory to use again, never a value that anyone can observe
//   - in a main package: a string that the linker sets
//   - in a test: a flag
func stateBreaches(sources []source) []string {
	var out []string
	for _, s := range sources {
		for _, d := range s.file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR || embedded(decl.Doc) {
				continue
			}
			for _, spec := range decl.Specs {
				v := spec.(*ast.ValueSpec)
				if embedded(v.Doc) {
					continue
				}
				for i, name := range v.Names {
					if why := mutable(s, sources, v, i); why != "" {
						out = append(out, fmt.Sprintf("%s: package-level variable %s %s: state belongs into a value that app creates", s.at(name), name.Name, why))
					}
				}
			}
		}
	}
	return out
}

// byPackage groups files by their package; external tests are packages of their own.
func byPackage(sources []source) map[string][]source {
	groups := make(map[string][]source)
	for _, s := range sources {
		key := s.pkg + " " + s.file.Name.Name
		groups[key] = append(groups[key], s)
	}
	return groups
}

// mutable returns why a variable can change, or "".
func mutable(s source, sources []source, v *ast.ValueSpec, i int) string {
	name := v.Names[i]
	if name.Name == "_" {
		return ""
	}
	var set ast.Expr
	switch {
	case len(v.Values) == len(v.Names):
		set = v.Values[i]
	case len(v.Values) == 1:
		set = v.Values[0] // a, b = f()
	}
	if isPool(v.Type) || isPool(set) || s.test && isFlag(set) || s.file.Name.Name == "main" && isText(v.Type, set) {
		return ""
	}
	if set == nil {
		return "is not set where it is declared"
	}
	if name.IsExported() && !isError(set) {
		return "is exported, so any package could change it"
	}
	if why := changeable(v.Type, set); why != "" {
		return why
	}
	for _, other := range sources {
		if at := written(other, name); at != nil {
			return "is written to at " + other.at(at)
		}
	}
	return ""
}

// changeable returns why a value could change without being assigned to, or "".
func changeable(typ, set ast.Expr) string {
	for _, e := range []ast.Expr{typ, set} {
		switch e := e.(type) {
		case *ast.ChanType:
			return "is a channel"
		case *ast.UnaryExpr:
			if e.Op == token.AND {
				return "is a pointer to something that can change"
			}
		case *ast.CallExpr:
			if fn, ok := e.Fun.(*ast.Ident); ok && (fn.Name == "new" || fn.Name == "make") {
				return "is made empty, to be filled later"
			}
		case *ast.CompositeLit:
			if holdsLock(e.Type) {
				return "is a lock or a counter"
			}
		case *ast.SelectorExpr, *ast.IndexExpr:
			if holdsLock(e) {
				return "is a lock or a counter"
			}
		}
	}
	return ""
}

// holdsLock reports whether a type is of the packages sync and atomic.
func holdsLock(typ ast.Expr) bool {
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	sel, ok := typ.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && (pkg.Name == "sync" || pkg.Name == "atomic")
}

// written returns the first place of a file that writes to a package-level variable: by assigning to
// it or to a part of it, by counting, by deleting from it, or by taking its address.
func written(s source, name *ast.Ident) ast.Node {
	var at ast.Node
	is := func(e ast.Expr) bool {
		id := rootOf(e)
		return id != nil && id.Name == name.Name && (id.Obj == nil || id.Obj == name.Obj)
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE && slices.ContainsFunc(n.Lhs, is) {
				at = n
			}
		case *ast.IncDecStmt:
			if is(n.X) {
				at = n
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && is(n.X) {
				at = n
			}
		case *ast.CallExpr:
			if fn, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, fn.Name) && is(n.Args[0]) {
				at = n
			}
		}
		return at == nil
	})
	return at
}

// rootOf returns the variable that an expression like table[i].field begins with.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// calls returns "package.Func" for a call, or "".
func calls(e ast.Expr) string {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return pkg.Name + "." + sel.Sel.Name
}

func isError(e ast.Expr) bool {
	fn := calls(e)
	return fn == "errors.New" || fn == "fmt.Errorf" || strings.HasPrefix(fn, "fault.")
}

func isFlag(e ast.Expr) bool { return strings.HasPrefix(calls(e), "flag.") }

func isPool(e ast.Expr) bool {
	if lit, ok := e.(*ast.CompositeLit); ok {
		e = lit.Type
	}
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "sync" && sel.Sel.Name == "Pool"
}

func isText(typ, set ast.Expr) bool {
	if id, ok := typ.(*ast.Ident); ok && id.Name == "string" {
		return true
	}
	lit, ok := set.(*ast.BasicLit)
	return ok && lit.Kind == token.STRING
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}
