package configdoc

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

// Field is one field of a config as a reference page shows it.
type Field struct {
	Name    string // cases[].name
	Kind    string // text, list of objects, duration, ...
	Rules   string // required, one of ..., at most ...
	Secret  bool   // has the tag secret:"true"
	Default string // of a field of the config itself, as text; "" if there is none
	Meaning string
}

// Read returns the fields of the struct type config in a folder. A nested struct's fields follow the field that has
// it. A field without a comment is an error.
func Read(dir string) ([]Field, error) {
	found, err := readStructs(dir)
	if err != nil {
		return nil, err
	}
	fields, err := found.types.rows(configType, "")
	for i, f := range fields {
		fields[i].Default = found.defaults[f.Name]
	}
	return fields, err
}

// source is what the page needs of a package.
type source struct {
	types    structs
	defaults map[string]string // of the config's fields, by name
}

// structs holds the struct types of one package, by name.
type structs map[string]*ast.StructType

// readStructs parses the Go files of a folder, except tests.
func readStructs(dir string) (*source, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	found := make(structs)
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, file)
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
	return &source{found, defaults(parsed, found[configType])}, nil
}

// rows lists the fields of a struct, followed by those of its nested structs.
func (s structs) rows(name, under string) ([]Field, error) {
	var out []Field
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
		out = append(out, Field{Name: under + field, Kind: kind, Rules: rules(kind, tag), Secret: tag.Get("secret") == "true", Meaning: meaning})
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
