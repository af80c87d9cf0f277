package document

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// collectionsDoc is a collections document as written (SPEC §2, §9).
type collectionsDoc struct {
	Collections []collectionDoc `json:"collections" min:"1" max:"500"`
}

type collectionDoc struct {
	Name   string     `json:"name" required:"true"`
	Fields []fieldDoc `json:"fields"`
	Unique [][]string `json:"unique"` // sets of fields that are unique together
}

// Hint recognizes NocoBase's names for a collection's properties.
func (*collectionDoc) Hint(field string) string {
	switch field {
	case "title", "category", "description", "template", "logging", "autoGenId", "createdBy", "updatedBy", "sortable", "filterTargetKey", "simplePaginate":
		return decode.Quote(field) + " has no counterpart; leave it out"
	case "createdAt", "updatedAt", "id":
		return decode.Quote(field) + " is there in every record; leave it out"
	case "indexes":
		return "write index: true at a field; unique: [[a, b]] makes several fields unique together"
	case "was":
		return "a collection cannot be renamed; a field can"
	default:
		return ""
	}
}

type fieldDoc struct {
	Name     string      `json:"name" required:"true"`
	Type     string      `json:"type" required:"true"`
	Required bool        `json:"required"`
	Unique   bool        `json:"unique"`
	Index    bool        `json:"index"`
	Default  value.Value `json:"default"`
	Was      string      `json:"was"`

	Precision *int        `json:"precision"`
	Scale     *int        `json:"scale"`
	Options   []optionDoc `json:"options"`
	Multiple  bool        `json:"multiple"`

	Kind       string `json:"kind"` // kind of a relation
	Target     string `json:"target"`
	OnDelete   string `json:"onDelete"`
	ForeignKey string `json:"foreignKey"`
}

// field converts the decoded field to the domain type.
func (f fieldDoc) field() collection.Field {
	out := collection.Field{
		Name: f.Name, Type: collection.Type(f.Type), Required: f.Required, Unique: f.Unique, Index: f.Index, Default: f.Default, Was: f.Was,
		Multiple: f.Multiple, Relation: collection.Relation(f.Kind), Target: f.Target, OnDelete: collection.OnDelete(f.OnDelete), ForeignKey: f.ForeignKey,
	}
	if f.Precision != nil {
		out.Precision = *f.Precision
	}
	if f.Scale != nil {
		out.Scale = *f.Scale
	}
	for _, o := range f.Options {
		out.Options = append(out.Options, string(o))
	}
	return out
}

// Hint recognizes NocoBase's names for a field's properties.
func (*fieldDoc) Hint(field string) string {
	switch field {
	case "interface", "uiSchema", "title", "description", "targetKey", "sourceKey", "onUpdate", "constraints", "length", "autoIncrement", "primaryKey", "hidden":
		return decode.Quote(field) + " has no counterpart; leave it out"
	case "allowNull", "nullable":
		return "write required: true for a field that must not be null"
	case "defaultValue":
		return "write default"
	case "key":
		return "write name"
	case "enum", "choices", "values":
		return "write options"
	case "oldName", "renamedFrom", "rename", "formerly":
		return "write was: with the field's earlier name"
	case "through", "otherKey":
		return "there is no relation of many to many: make a collection with a belongsTo to each side"
	default:
		return ""
	}
}

// optionDoc is one option of a select field. An option is always text.
type optionDoc string

// DecodeValue explains two mistakes: NocoBase's options, which have a value and a label, and a bare 1 or true,
// which YAML does not read as text.
func (o *optionDoc) DecodeValue(v value.Value) []decode.Problem {
	text, ok := v.Str()
	switch {
	case ok:
		*o = optionDoc(text)
		return nil
	case v.Kind() == value.KindObject:
		return []decode.Problem{{Code: errorcode.WrongType, Message: "an option is its text alone, as stored: write the value without label and color"}}
	case v.Kind() == value.KindNumber || v.Kind() == value.KindBool:
		return []decode.Problem{{Code: errorcode.WrongType, Message: "an option is a text: write " + decode.Quote(v.Text()) + " in quotes"}}
	default:
		return []decode.Problem{{Code: errorcode.WrongType, Message: "an option is a text, not " + v.Kind().String()}}
	}
}

// readCollections decodes and checks a collections document.
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
		read := collection.Collection{Name: c.Name, Unique: c.Unique}
		for _, f := range c.Fields {
			read.Fields = append(read.Fields, f.field())
		}
		for _, p := range append(fieldProblems(c), read.Check()...) {
			path := decode.Join(at, p.Path)
			if !known[path] {
				known[path] = true
				problems = append(problems, decode.Problem{Code: errorcode.Definition, Path: path, Message: p.Message})
			}
		}
		if before, twice := first[c.Name]; twice && c.Name != "" {
			problems = append(problems, decode.Problem{Code: errorcode.Duplicate, Path: at + ".name", Message: decode.Quote(c.Name) + " is the name of " + before + " already"})
		} else {
			first[c.Name] = at
		}
		out = append(out, read)
	}
	return out, toProblems(problems)
}
