package document

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// collectionsDoc is a collections document as it is written (SPEC §2, §9).
type collectionsDoc struct {
	Collections []collectionDoc `json:"collections" min:"1" max:"500"`
}

type collectionDoc struct {
	Name   string     `json:"name" required:"true"`
	Fields []fieldDoc `json:"fields"`
}

// Hint knows NocoBase's names of a collection's properties.
func (*collectionDoc) Hint(field string) string {
	switch field {
	case "title", "category", "description", "template", "logging", "autoGenId", "createdBy", "updatedBy", "sortable", "filterTargetKey":
		return decode.Quote(field) + " has no counterpart; leave it out"
	case "createdAt", "updatedAt", "id":
		return decode.Quote(field) + " is there in every record; leave it out"
	default:
		return ""
	}
}

type fieldDoc struct {
	Name      string       `json:"name" required:"true"`
	Type      string       `json:"type" required:"true"`
	Required  bool         `json:"required"`
	Unique    bool         `json:"unique"`
	Index     bool         `json:"index"`
	Default   value.Value  `json:"default"`
	Precision decode.Later `json:"precision"`
	Scale     decode.Later `json:"scale"`
	Options   decode.Later `json:"options"`
	Target    decode.Later `json:"target"`
	Kind      decode.Later `json:"kind"`
}

// Hint knows NocoBase's names of a field's properties.
func (*fieldDoc) Hint(field string) string {
	switch field {
	case "interface", "uiSchema", "title", "description":
		return decode.Quote(field) + " has no counterpart; leave it out"
	case "allowNull", "nullable":
		return "write required: true for a field that must not be null"
	case "defaultValue":
		return "write default"
	case "key":
		return "write name"
	default:
		return ""
	}
}

// readCollections reads a document into collections.
func readCollections(document value.Value) ([]collection.Collection, []Problem) {
	var doc collectionsDoc
	problems := decode.Into(document, &doc)
	known := make(map[string]bool)
	for _, p := range problems {
		known[p.Path] = true
	}
	var out []collection.Collection
	first := make(map[string]string)
	for i, c := range doc.Collections {
		at := "collections" + decode.Index(i)
		read := collection.Collection{Name: c.Name}
		for _, f := range c.Fields {
			read.Fields = append(read.Fields, collection.Field{
				Name: f.Name, Type: collection.Type(f.Type), Required: f.Required, Unique: f.Unique, Index: f.Index, Default: f.Default,
			})
		}
		for _, p := range append(fieldProblems(c), read.Check()...) {
			path := decode.Join(at, p.Path)
			if !known[path] {
				known[path] = true
				problems = append(problems, decode.Problem{Path: path, Message: p.Message})
			}
		}
		if before, twice := first[c.Name]; twice && c.Name != "" {
			problems = append(problems, decode.Problem{Path: at + ".name", Message: decode.Quote(c.Name) + " is the name of " + before + " already"})
		} else {
			first[c.Name] = at
		}
		out = append(out, read)
	}
	return out, of(problems)
}

// fieldProblems says what collection.Check cannot know: which types are still to come, and what
// NocoBase calls those that exist. It goes first, so that its sentence is the one that is shown.
func fieldProblems(c collectionDoc) []collection.Problem {
	var problems []collection.Problem
	add := func(i int, name, format string, args ...any) {
		path := "fields" + decode.Index(i) + "." + name
		problems = append(problems, collection.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	for i, f := range c.Fields {
		switch {
		case slices.Contains(laterTypes(), f.Type):
			add(i, "type", "the type %q is not yet supported", f.Type)
		case nocoType(f.Type) != "":
			add(i, "type", "NocoBase's type %q is written %q here", f.Type, nocoType(f.Type))
		}
		text, isText := f.Default.Str()
		switch {
		case isText && strings.Contains(text, "{{"):
			add(i, "default", "a default holds no template; set the field where the record is created")
		case f.Unique && !f.Default.IsNull():
			add(i, "default", "a unique field has no default: the second record would break the rule")
		}
	}
	return problems
}

// laterTypes are the types of SPEC §9 that are not built yet.
func laterTypes() []string {
	return []string{"date", "email", "url", "phone", "select", "multiselect", "file", "relation", "belongsTo", "hasMany"}
}

func nocoType(name string) string {
	switch name {
	case "bigInt", "int", "sort", "bigint":
		return "integer"
	case "double", "float", "decimal", "real":
		return "number"
	case "bool", "checkbox":
		return "boolean"
	case "datetimeTz", "datetimeNoTz", "timestamp", "unixTimestamp":
		return "datetime"
	case "jsonb", "array", "object":
		return "json"
	case "uid", "uuid", "nanoid", "input":
		return "string"
	case "textarea", "markdown", "richText", "longText":
		return "text"
	default:
		return ""
	}
}
