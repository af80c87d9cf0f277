package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// configType is the name of every kind's config struct.
const configType = "config"

// row is one field of a config as the page shows it.
type row struct {
	name    string // cases[].name
	kind    string // text, list of objects, duration, ...
	rules   string // required, one of ..., at most ...
	meaning string
}

// structs holds the struct types of one package, by name.
type structs map[string]*ast.StructType

// readStructs parses the Go files of a folder, except tests.
func readStructs(dir string) (structs, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	found := make(structs)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					found[spec.Name.Name] = s
				}
			}
			return true
		})
	}
	if found[configType] == nil {
		return nil, fmt.Errorf("%s has no struct type called %s", dir, configType)
	}
	return found, nil
}

// rows lists the fields of a struct, followed by those of its nested structs.
func (s structs) rows(name, under string) ([]row, error) {
	var out []row
	for _, f := range s[name].Fields.List {
		if f.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		field, _, _ := strings.Cut(tag.Get("json"), ",")
		meaning := strings.Join(strings.Fields(f.Doc.Text()+" "+f.Comment.Text()), " ")
		if meaning == "" {
			return nil, fmt.Errorf("the field %s%s has no comment", under, field)
		}
		kind, nested, path := s.typeName(f.Type, under+field)
		out = append(out, row{under + field, kind, rules(kind, tag), meaning})
		if nested == "" {
			continue
		}
		below, err := s.rows(nested, path+".")
		if err != nil {
			return nil, err
		}
		out = append(out, below...)
	}
	return out, nil
}

// typeName returns a field's type in the words of a document, and the struct nested below it.
func (s structs) typeName(t ast.Expr, path string) (kind, nested, below string) {
	switch t := t.(type) {
	case *ast.StarExpr:
		return s.typeName(t.X, path)
	case *ast.ArrayType:
		kind, nested, below = s.typeName(t.Elt, path+"[]")
		return "list of " + plural(kind), nested, below
	case *ast.IndexExpr:
		return "object", "", ""
	case *ast.Ident:
		if s[t.Name] != nil {
			return "object", t.Name, path
		}
		return basic(t.Name), "", ""
	case *ast.SelectorExpr:
		return basic(t.Sel.Name), "", ""
	default:
		return "value", "", ""
	}
}

func basic(name string) string {
	switch name {
	case "string":
		return "text"
	case "bool":
		return "true or false"
	case "int", "int64", "int32":
		return "whole number"
	case "float64":
		return "number"
	case "Duration":
		return "duration"
	case "Size":
		return "size"
	case "Later":
		return later
	default:
		return "value"
	}
}

const later = "not yet supported"

func plural(kind string) string {
	if kind == "true or false" || kind == later {
		return kind
	}
	return kind + "s"
}

func rules(kind string, tag reflect.StructTag) string {
	var out []string
	if tag.Get("required") == "true" {
		out = append(out, "required")
	}
	if list := tag.Get("enum"); list != "" {
		out = append(out, "one of `"+strings.ReplaceAll(list, ",", "` `")+"`")
	}
	unit := ""
	if kind == "text" {
		unit = " characters"
	} else if strings.HasPrefix(kind, "list") || kind == "object" {
		unit = " entries"
	}
	if low := tag.Get("min"); low != "" {
		out = append(out, "at least "+low+unit)
	}
	if high := tag.Get("max"); high != "" {
		out = append(out, "at most "+high+unit)
	}
	return strings.Join(out, ", ")
}
