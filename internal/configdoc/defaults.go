package configdoc

import (
	"go/ast"
	"reflect"
	"strconv"
	"strings"
)

// defaults returns the values in literals config{Field: value}, by the fields' names in documents. A value is a literal or
// a constant of the package.
func defaults(files []*ast.File, config *ast.StructType) map[string]string {
	names := make(map[string]string) // in documents, by those in Go
	for _, f := range config.Fields.List {
		for _, name := range f.Names {
			if f.Tag != nil {
				names[name.Name], _, _ = strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
			}
		}
	}
	constants, out := make(map[string]string), make(map[string]string)
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
				for i, name := range spec.Names {
					constants[name.Name] = literal(spec.Values[i], nil)
				}
			}
			return true
		})
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if name, ok := lit.Type.(*ast.Ident); !ok || name.Name != configType {
				return true
			}
			for _, e := range lit.Elts {
				pair, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if key, ok := pair.Key.(*ast.Ident); ok {
					out[names[key.Name]] = literal(pair.Value, constants)
				}
			}
			return true
		})
	}
	return out
}

// literal returns the value of a literal or constant, or "".
func literal(e ast.Expr, constants map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
		return e.Value
	case *ast.Ident:
		return constants[e.Name]
	default:
		return ""
	}
}
