package document

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
)

// fieldProblems reports what collection.Check cannot know: NocoBase's names for types, and properties that have no
// effect. It runs before Check, so that its message is the one shown.
func fieldProblems(c collectionDoc) []collection.Problem {
	var problems []collection.Problem
	add := func(i int, name, format string, args ...any) {
		path := "fields" + decode.Index(i) + "." + name
		problems = append(problems, collection.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	for i, f := range c.Fields {
		if hint := nocoType(f.Type); hint != "" {
			add(i, "type", "NocoBase's type %q %s", f.Type, hint)
		}
		text, isText := f.Default.Str()
		switch {
		case isText && strings.Contains(text, "{{"):
			add(i, "default", "a default holds no template; set the field where the record is created")
		case f.Unique && !f.Default.IsNull():
			add(i, "default", "a unique field has no default: the second record would break the rule")
		}
		switch {
		case f.Precision != nil && *f.Precision < 1:
			add(i, "precision", "precision is from 1 to %d digits, not %d", collection.MaxPrecision, *f.Precision)
		case f.Scale != nil && f.Precision == nil && f.Type == string(collection.Number):
			add(i, "scale", "scale is the number of digits after the decimal point: set precision too, the number of digits in all")
		case f.Scale != nil && f.Type != string(collection.Number):
			add(i, "scale", "scale belongs to number fields: leave it out")
		}
	}
	return problems
}

// nocoType returns what to write instead of a NocoBase type or interface, to follow its name in a message, or "".
func nocoType(name string) string {
	is := func(t collection.Type) string { return fmt.Sprintf("is written %q here", t) }
	switch name {
	case "bigInt", "int", "bigint", "tinyInt", "smallInt", "mediumInt":
		return is(collection.Integer)
	case "double", "float", "decimal", "real", "percent":
		return is(collection.Number)
	case "bool", "checkbox", "radio":
		return is(collection.Boolean)
	case "datetimeTz", "timestamp", "unixTimestamp", "time":
		return is(collection.Datetime)
	case "datetimeNoTz":
		return is(collection.Datetime) + ", which is an instant and needs an offset"
	case "dateOnly":
		return is(collection.Date)
	case "jsonb", "object", "point", "lineString", "circle", "polygon":
		return is(collection.JSON)
	case "uid", "uuid", "nanoid", "input", "icon", "color", "password", "encryption":
		return is(collection.String)
	case "textarea", "markdown", "vditor", "richText", "longText":
		return is(collection.Text)
	case "radioGroup", "enum":
		return is(collection.Select)
	case "array", "set", "multipleSelect", "multiSelect", "checkboxGroup", "chinaRegion":
		return is(collection.Multiselect) + ", with its options"
	case "attachment", "attachmentURL", "attachments":
		return is(collection.File)
	case "tel", "mobile":
		return is(collection.Phone)
	case "belongsTo", "m2o", "linkTo":
		return `is written "type: relation, kind: belongsTo" here`
	case "hasMany", "o2m":
		return `is written "type: relation, kind: hasMany" here`
	case "hasOne", "oho", "obo", "o2o":
		return `is written "type: relation, kind: belongsTo, unique: true" here, in the collection of the other side`
	case "belongsToMany", "m2m", "belongsToArray", "mbm":
		return "has no counterpart: make a collection with a belongsTo to each side"
	case "formula", "sequence", "sort", "snapshot", "virtual", "context", "radioUser", "createdBy", "updatedBy":
		return "has no counterpart: fill a field of another type where the record is created"
	default:
		return ""
	}
}
