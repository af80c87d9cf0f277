package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// fieldChecker collects the problems of a field.
type fieldChecker struct {
	Field
	later []string // features that no store supports yet
	all   []Problem
}

func (f *fieldChecker) add(path, message string) { f.all = append(f.all, Problem{path, message}) }

// foreign reports a property that belongs to fields of other types.
func (f *fieldChecker) foreign(path string, given bool, belongs string) {
	if given {
		f.add(path, path+" belongs to "+belongs+", not to one of type "+string(f.Type)+": leave it out")
	}
}

func (f Field) check(later []string) []Problem {
	c := fieldChecker{Field: f, later: later}
	switch {
	case !validName(f.Name, true):
		c.add("name", quote(clip(f.Name))+" is not a valid field name: begin with a letter or _, go on with letters, digits and _, at most "+strconv.Itoa(MaxName))
	case slices.ContainsFunc(SystemFields(), func(s string) bool { return strings.EqualFold(s, f.Name) }):
		c.add("name", f.Name+" is a field that every record has: leave it out")
	}
	if !slices.Contains(Types(), f.Type) {
		c.noType()
		return c.all
	}
	if message := notYet(later, string(f.Type)); message != "" {
		c.add("type", message)
		return c.all
	}
	c.digits()
	c.choices()
	c.foreign("multiple", f.Multiple && f.Type != File, "file fields")
	c.relations()
	c.rules()
	if len(c.all) == 0 {
		c.defaults() // a default can only be checked with a valid type
	}
	return c.all
}

func (f *fieldChecker) noType() {
	var names []string
	for _, t := range Types() {
		if notYet(f.later, string(t)) == "" {
			names = append(names, string(t))
		}
	}
	message := quote(clip(string(f.Type))) + " is not a valid field type: use one of " + strings.Join(names, ", ")
	if near, ok := nearest.Name(string(f.Type), names); ok {
		message += "; did you mean " + near + "?"
	}
	f.add("type", message)
}

// digits checks precision and scale.
func (f *fieldChecker) digits() {
	if f.Type != Number {
		f.foreign("precision", f.Precision != 0, "number fields")
		f.foreign("scale", f.Scale != 0, "number fields")
		return
	}
	switch {
	case f.Precision == 0 && f.Scale == 0:
	case notYet(f.later, "precision") != "":
		f.add("precision", notYet(f.later, "precision"))
	case f.Precision == 0:
		f.add("scale", "scale is the number of digits after the decimal point: set precision too, the number of digits in all")
	case f.Precision < 0 || f.Precision > MaxPrecision:
		f.add("precision", "precision is from 1 to "+strconv.Itoa(MaxPrecision)+" digits, not "+strconv.Itoa(f.Precision)+"; use a string field for more")
	case f.Scale < 0 || f.Scale > f.Precision:
		f.add("scale", "scale is from 0 to the precision of "+strconv.Itoa(f.Precision)+", not "+strconv.Itoa(f.Scale))
	}
}

// choices checks options.
func (f *fieldChecker) choices() {
	if f.Type != Select && f.Type != Multiselect {
		f.foreign("options", len(f.Options) > 0, "select and multiselect fields")
		return
	}
	switch n := len(f.Options); {
	case n == 0:
		f.add("options", "a "+string(f.Type)+" field needs its options: a list of texts")
	case n > MaxOptions:
		f.add("options", "a field may have "+strconv.Itoa(MaxOptions)+" options, not "+strconv.Itoa(n))
	}
	first := make(map[string]int, len(f.Options))
	for i, option := range f.Options {
		at := "options[" + strconv.Itoa(i) + "]"
		before, twice := first[option]
		switch {
		case option == "" || len(option) > MaxOption:
			f.add(at, "an option has 1 to "+strconv.Itoa(MaxOption)+" bytes, not "+strconv.Itoa(len(option)))
		case twice:
			f.add(at, quote(clip(option))+" is options["+strconv.Itoa(before)+"] already")
		default:
			first[option] = i
		}
	}
}

// relations checks the properties of relations.
func (f *fieldChecker) relations() {
	if f.Type != Relates {
		f.foreign("kind", f.Relation != "", "relation fields")
		f.foreign("target", f.Target != "", "relation fields")
		f.foreign("onDelete", f.OnDelete != "", "relation fields")
		f.foreign("foreignKey", f.ForeignKey != "", "relation fields")
		return
	}
	if !validName(f.Target, false) {
		f.add("target", "a relation needs its target: the name of the other collection")
	}
	switch f.Relation {
	case BelongsTo:
		f.foreign("foreignKey", f.ForeignKey != "", "a relation of kind hasMany")
		f.onDelete()
	case HasMany:
		f.foreign("onDelete", f.OnDelete != "", "the belongsTo on the other side")
		f.foreign("required", f.Required, "fields that are stored")
		if !validName(f.ForeignKey, true) {
			f.add("foreignKey", "a hasMany needs its foreignKey: the name of the belongsTo of "+f.Target+" that is its other side")
		}
	default:
		f.add("kind", `a relation needs its kind: belongsTo for "has the id of one", hasMany for the other side of a belongsTo`)
	}
}

func (f *fieldChecker) onDelete() {
	actions := []string{string(Restrict), string(SetNull), string(Cascade)}
	switch {
	case f.OnDelete == "":
	case !slices.Contains(actions, string(f.OnDelete)):
		message := quote(clip(string(f.OnDelete))) + " is nothing that can be done on delete: use one of " + strings.Join(actions, ", ")
		if near, ok := nearest.Name(string(f.OnDelete), actions); ok {
			message += "; did you mean " + near + "?"
		}
		f.add("onDelete", message)
	case f.OnDelete == SetNull && f.Required:
		f.add("onDelete", "a required field cannot become null on delete: use restrict or cascade")
	}
}

// rules checks unique and index.
func (f *fieldChecker) rules() {
	if f.plain() {
		return
	}
	instead := ": use a string field"
	if f.Type == Relates {
		instead = ": it is no column"
	}
	name := string(f.Type)
	if f.Type == Relates {
		name = string(f.Relation)
	}
	if f.Unique {
		f.add("unique", "a "+name+" field cannot be unique"+instead)
	}
	if f.Index {
		f.add("index", "a "+name+" field cannot have an index"+instead)
	}
}

// defaults checks that the default meets the field's own rules.
func (f *fieldChecker) defaults() {
	v := f.Default
	switch {
	case v.IsMissing():
	case f.Type == Relates || f.Type == File:
		f.add("default", "a "+string(f.Type)+" field has no default: name the "+map[bool]string{true: "record", false: "file"}[f.Type == Relates]+" when a record is created")
	case v.Kind() == value.KindNull && f.Required:
		f.add("default", "a required field cannot have null as its default")
	default:
		if _, broken := f.admit(v); broken != nil {
			f.add("default", broken.Message)
		}
	}
}
