package collection

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// option admits one of the field's options. A number or boolean counts as its text, because HTML forms have no
// types.
func (f *Field) option(v value.Value) (Cell, *Violation) {
	text, ok := v.Str()
	if k := v.Kind(); !ok && (k == value.KindNumber || k == value.KindBool) {
		text, ok = v.Text(), true
	}
	if !ok {
		return Cell{}, f.wrong("one of its options", v)
	}
	if !slices.Contains(f.Options, text) {
		return Cell{}, f.noOption(text)
	}
	return Cell{Kind: CellText, Text: text}, nil
}

func (f *Field) noOption(text string) *Violation {
	broken := &Violation{Code: CodeOption, Field: f.Name}
	switch near, ok := nearest.Name(text, f.Options); {
	case ok:
		broken.Message = f.Name + " has no option " + quote(clip(text)) + "; did you mean " + quote(near) + "?"
	case len(f.Options) <= shownNames:
		broken.Message = f.Name + " must be one of " + strings.Join(f.Options, ", ") + ", not " + quote(clip(text))
	default:
		broken.Message = f.Name + " has no option " + quote(clip(text))
	}
	return broken
}

// options admits an array of options, each at most once. A single option counts as an array of one, because an
// HTML form sends a single checked box that way. The cell is a JSON array without white space.
func (f *Field) options(v value.Value) (Cell, *Violation) {
	if v.Kind() != value.KindArray {
		one, broken := f.option(v)
		if broken != nil && broken.Code == CodeType {
			broken = f.wrong("an array of its options", v)
		}
		return Cell{Kind: CellText, Text: "[" + quote(one.Text) + "]"}, broken
	}
	// All options are different, so no valid array is longer than the list of options.
	if v.Len() > len(f.Options) {
		return Cell{}, &Violation{Code: CodeTooLarge, Field: f.Name, Message: f.Name + " has " + strconv.Itoa(v.Len()) +
			" values; there are " + strconv.Itoa(len(f.Options)) + " options, each of which may be chosen once"}
	}
	chosen := make([]string, 0, v.Len())
	text := []byte{'['}
	for element := range v.Elements() {
		one, broken := f.option(element)
		if broken != nil {
			return Cell{}, broken
		}
		if slices.Contains(chosen, one.Text) {
			return Cell{}, &Violation{Code: CodeOption, Field: f.Name, Message: f.Name + " names the option " + quote(clip(one.Text)) + " twice"}
		}
		if chosen = append(chosen, one.Text); len(chosen) > 1 {
			text = append(text, ',')
		}
		text = value.AppendQuoted(text, one.Text)
	}
	return Cell{Kind: CellText, Text: string(append(text, ']'))}, nil
}
