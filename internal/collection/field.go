package collection

import (
	"strconv"
	"time"

	"hookline.dev/hookline/internal/value"
)

// admit converts a value to a cell, or returns the violation of the field's rule.
func (f *Field) admit(v value.Value) (Cell, *Violation) {
	if v.IsNull() {
		if f.Required {
			return Cell{}, &Violation{Code: CodeRequired, Field: f.Name,
				Message: f.Name + " is required: give it a value"}
		}
		return Cell{}, nil
	}
	switch f.Type {
	case String:
		return f.text(v, MaxString)
	case Text:
		return f.text(v, MaxText)
	case Integer:
		return f.integer(v)
	case Number:
		return f.number(v)
	case Boolean:
		return f.boolean(v)
	case Datetime:
		return f.datetime(v)
	case Date:
		return f.date(v)
	case JSON:
		if n := len(v.Text()); n > MaxJSON {
			return Cell{}, f.tooLarge(n, MaxJSON)
		}
		return Cell{Kind: CellText, Text: v.Text()}, nil
	case Email, URL, Phone:
		return f.formatted(v)
	case Select:
		return f.option(v)
	case Multiselect:
		return f.options(v)
	case File:
		return f.files(v)
	case Relates:
		return f.relation(v)
	}
	return Cell{}, f.wrong("a value of type "+string(f.Type)+", which does not exist", v)
}

func (f *Field) text(v value.Value, most int) (Cell, *Violation) {
	text, ok := v.Str()
	if !ok {
		if k := v.Kind(); k != value.KindNumber && k != value.KindBool {
			return Cell{}, f.wrong("a string (a json field takes objects and arrays)", v)
		}
		text = v.Text()
	}
	if len(text) > most {
		return Cell{}, f.tooLarge(len(text), most)
	}
	return Cell{Kind: CellText, Text: text}, nil
}

func (f *Field) integer(v value.Value) (Cell, *Violation) {
	n, ok := numeral(v).Int()
	if !ok {
		return Cell{}, f.wrong(f.span(), v)
	}
	return Cell{Kind: CellInt, Int: n}, nil
}

func (f *Field) number(v value.Value) (Cell, *Violation) {
	num := numeral(v)
	if num.Kind() != value.KindNumber {
		return Cell{}, f.wrong("a number", v)
	}
	if f.Precision > 0 {
		return f.scaled(num)
	}
	x, exact := num.Float()
	if !exact {
		return Cell{}, f.wrong(f.span(), v)
	}
	if x == 0 {
		x = 0 // a column has no -0
	}
	return Cell{Kind: CellFloat, Float: x}, nil
}

// numeral returns the number that a string represents exactly; any other value is returned unchanged.
func numeral(v value.Value) value.Value {
	if text, ok := v.Str(); ok {
		if n, err := value.Number(text); err == nil {
			return n
		}
	}
	return v
}

func (f *Field) boolean(v value.Value) (Cell, *Violation) {
	b, ok := v.AsBool()
	if text, is := v.Str(); is {
		b, ok = text == "true", text == "true" || text == "false"
	}
	switch {
	case !ok:
		return Cell{}, f.wrong("true or false", v)
	case b:
		return Cell{Kind: CellInt, Int: 1}, nil
	default:
		return Cell{Kind: CellInt}, nil
	}
}

func (f *Field) datetime(v value.Value) (Cell, *Violation) {
	text, ok := v.Str()
	at, ok2 := ParseDatetime(text)
	if !ok || !ok2 {
		return Cell{}, f.wrong("a time as 2026-11-22T08:30:00Z (RFC 3339, with Z or an offset) or a date as 2026-11-22", v)
	}
	return Cell{Kind: CellInt, Int: at.UnixMicro()}, nil
}

// date admits a day. It does not cut off the time of a datetime, because that can be another day in another time
// zone.
func (f *Field) date(v value.Value) (Cell, *Violation) {
	text, _ := v.Str()
	if !ParseDate(text) {
		return Cell{}, f.malformed("a day as 2026-11-22", v)
	}
	return Cell{Kind: CellText, Text: text}, nil
}

// ParseDate reports whether text is a day of the Gregorian calendar in the form YYYY-MM-DD, in the years 0000 to
// 9999 (RFC 3339, section 5.6, full-date). The order of days is therefore the order of their texts.
func ParseDate(text string) bool {
	if len(text) != len(time.DateOnly) {
		return false
	}
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// ParseDatetime reads RFC 3339 with Z or an offset (section 5.6), with "T" or one space between date and time. It
// cuts off digits beyond microseconds. A date alone means its midnight in UTC. A time without an offset is
// refused because it is ambiguous, and so is a bare number, which could count seconds or milliseconds.
func ParseDatetime(text string) (time.Time, bool) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			at = at.UTC().Truncate(time.Microsecond)
			return at, at.Year() >= 0 && at.Year() <= 9999
		}
	}
	return time.Time{}, false
}

func (f *Field) wrong(want string, v value.Value) *Violation {
	return &Violation{Code: CodeType, Field: f.Name, Message: f.Name + " must be " + want + ", not " + describe(v)}
}

// malformed is wrong for texts that do not have the required form.
func (f *Field) malformed(want string, v value.Value) *Violation {
	broken := f.wrong(want, v)
	if v.Kind() == value.KindString {
		broken.Code = CodeFormat
	}
	return broken
}

func (f *Field) tooLarge(n, most int) *Violation {
	return &Violation{Code: CodeTooLarge, Field: f.Name, Message: f.Name + " has " + strconv.Itoa(n) +
		" bytes; a " + string(f.Type) + " field takes " + strconv.Itoa(most)}
}
