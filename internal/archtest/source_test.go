package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The lengths that no Go file, and no function outside of tests, may exceed.
const (
	maxLines     = 500
	maxFuncLines = 80
)

// source is one parsed file.
type source struct {
	name  string // file name below the module
	pkg   string // name in the table of layers
	test  bool
	lines int
	set   *token.FileSet
	file  *ast.File
}

// lengthBreaches checks the length of a file and of its functions. Tests are long tables and stories, and so
// are the suites.
func lengthBreaches(s source) []string {
	var out []string
	if s.lines > maxLines {
		out = append(out, fmt.Sprintf("%s has %d lines, at most %d are allowed: a long file is two thoughts, find the second one's name", s.name, s.lines, maxLines))
	}
	if l := layerOf(s.pkg); s.test || l != nil && l.name == "suites" {
		return out
	}
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		if n := s.set.Position(f.Body.Rbrace).Line - s.set.Position(f.Body.Lbrace).Line - 1; n > maxFuncLines {
			out = append(out, fmt.Sprintf("%s: %s has %d lines, at most %d are allowed: a function fits a screen", s.at(f), f.Name.Name, n, maxFuncLines))
		}
	}
	return out
}

// nameBreaches checks that no file or package has a name that says nothing.
func nameBreaches(s source) []string {
	empty := []string{"util", "utils", "helper", "helpers", "manager", "common", "misc", "base", "shared"}
	var out []string
	file := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(s.name), ".go"), "_test")
	for _, name := range append(strings.Split(file, "_"), s.file.Name.Name) {
		if slices.Contains(empty, name) {
			out = append(out, fmt.Sprintf("%s: %q says nothing about what is inside", s.name, name))
		}
	}
	return out
}

// commentBreaches checks that every exported name of a package that others import has a comment.
func commentBreaches(s source) []string {
	if s.test || s.file.Name.Name == "main" {
		return nil
	}
	var out []string
	missing := func(n ast.Node, name string) {
		out = append(out, fmt.Sprintf("%s: %s is exported and has no comment: say what it promises", s.at(n), name))
	}
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && isExportedMethod(d) {
				missing(d, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Name.IsExported() && spec.Doc == nil && d.Doc == nil {
						missing(spec, spec.Name.Name)
					}
				case *ast.ValueSpec:
					if spec.Names[0].IsExported() && spec.Doc == nil && spec.Comment == nil && d.Doc == nil {
						missing(spec, spec.Names[0].Name)
					}
				}
			}
		}
	}
	return out
}

// isExportedMethod reports whether a declaration is a function, or a method of an exported type that is
// not known to everybody: what String and Error do is known.
func isExportedMethod(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	known := []string{"String", "Error", "Unwrap", "Len", "Less", "Swap", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "ServeHTTP"}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported() && !slices.Contains(known, f.Name.Name)
}

// printBreaches checks that only programs write to standard output: a package is given its writer.
func printBreaches(s source) []string {
	if s.test || s.file.Name.Name == "main" {
		return nil
	}
	fmtName := importName(s.file, "fmt")
	var out []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		builtin, ok := call.Fun.(*ast.Ident)
		printed := ok && (builtin.Name == "print" || builtin.Name == "println")
		printed = printed || fmtName != "" && slices.Contains([]string{fmtName + ".Print", fmtName + ".Printf", fmtName + ".Println"}, calls(call))
		if printed {
			out = append(out, s.at(call)+": prints to the process's own output: take an io.Writer or a logger")
		}
		return true
	})
	return out
}

// parse reads every Go file of the module.
func parse(t *testing.T, pkgs []pkg) []source {
	t.Helper()
	var all []source
	for _, p := range pkgs {
		for _, path := range p.files() {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := parseText(path, p.short(), text)
			if err != nil {
				continue // the compiler says it better
			}
			all = append(all, s)
		}
	}
	return all
}

func parseText(path, short string, text []byte) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	name := path
	if abs, e := filepath.Abs(root); e == nil {
		if rel, e := filepath.Rel(abs, path); e == nil {
			name = rel
		}
	}
	return source{name, short, strings.HasSuffix(path, "_test.go"), bytes.Count(text, []byte("\n")), set, file}, err
}

// at prints where a node of the file stands.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.set.Position(n.Pos()).Line)
}

// initBreaches checks that no file has an init function: what happens at start is written in app, in order.
func initBreaches(s source) []string {
	var out []string
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			out = append(out, s.at(f)+": init() runs before main in an order that nobody wrote down; write an explicit list instead")
		}
	}
	return out
}

// timeBreaches checks that only clock reads the time, and that no test waits by sleeping.
func timeBreaches(s source) []string {
	name := importName(s.file, "time")
	if name == "" || s.pkg == "clock" {
		return nil
	}
	var out []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != name {
			return true
		}
		switch sel.Sel.Name {
		case "Now", "Since", "Until":
			out = append(out, fmt.Sprintf("%s: time.%s: take a clock.Clock, so that tests decide what time it is", s.at(sel), sel.Sel.Name))
		case "Sleep":
			if s.test {
				out = append(out, s.at(sel)+": time.Sleep in a test is too long on a fast machine and too short on a slow one; wait for a channel, or use testing/synctest")
			}
		}
		return true
	})
	return out
}

// importName returns the name under which a file knows a package, or "".
func importName(f *ast.File, importPath string) string {
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err != nil || path != importPath {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return importPath[strings.LastIndex(importPath, "/")+1:]
	}
	return ""
}
