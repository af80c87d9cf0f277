package body

import (
	"errors"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Query decodes a raw query string, without its question mark, by the rules of forms.
func Query(raw string, lim Limits) (value.Value, error) {
	if raw == "" {
		return emptyObject(), nil
	}
	f := fields{place: inQuery, lim: lim}
	if err := f.addPairs(raw, nil); err != nil {
		return value.Value{}, err
	}
	return f.value()
}

// charsetField is the field in which a browser sends the charset of a form (HTML, section 4.10.5.1.1;
// RFC 7578 section 4.6).
const charsetField = "_charset_"

// urlencoded decodes application/x-www-form-urlencoded: first the escapes, then the charset.
func (r *decoder) urlencoded(text, charset string) (value.Value, error) {
	if strings.Contains(text, charsetField+"=") {
		charset = formFieldCharset(text, charset)
	}
	var cs *codec
	if !utf8Charset(charset) {
		var err error
		if cs, err = codecOf(charset, "the form has"); err != nil {
			return value.Value{}, err
		}
		if cs != nil && cs.enc == nil {
			return value.Value{}, errorf(fault.Unsupported, inBody, "a form cannot be encoded in %s; send UTF-8", cs.name)
		}
	}
	f := fields{place: inBody, lim: r.lim}
	if err := f.addPairs(text, cs); err != nil {
		return value.Value{}, err
	}
	return formValue(&f, r.form)
}

// formFieldCharset returns the value of the first charset field, or charset if there is none.
func formFieldCharset(text, charset string) string {
	for pair := range strings.SplitSeq(text, "&") {
		if name, val := splitPair(pair); name == charsetField && val != "" {
			return Unescape(val)
		}
	}
	return charset
}

// addPairs adds the pairs of urlencoded text. cs is nil for UTF-8.
func (f *fields) addPairs(text string, cs *codec) error {
	for text != "" {
		var pair string
		pair, text, _ = strings.Cut(text, "&")
		if pair == "" {
			continue
		}
		name, val := splitPair(pair)
		name, val = Unescape(name), Unescape(val)
		if err := f.addIn(cs, name, val); err != nil {
			return err
		}
	}
	return nil
}

// addIn adds a field whose texts are in a charset, nil for UTF-8.
func (f *fields) addIn(cs *codec, name, val string) error {
	if cs == nil {
		return f.add(name, val)
	}
	decoded, bad := cs.decode(name)
	if bad >= 0 {
		return errorf(fault.Invalid, f.place, "the name of the field %q is not %s at byte %d", clip(name), cs.name, bad)
	}
	text, bad := cs.decode(val)
	if bad >= 0 {
		return errorf(fault.Invalid, f.place, "the field %q is not %s at byte %d of its value", clip(decoded), cs.name, bad)
	}
	return f.add(decoded, text)
}

// formValue returns the data of a form: the JSON document in the field named document if there is one,
// otherwise the object of all fields.
func formValue(f *fields, document string) (value.Value, error) {
	if document == "" {
		return f.value()
	}
	i := f.find(document)
	if i < 0 {
		return f.value()
	}
	e := &f.entries[i]
	if e.len() > 1 {
		return value.Value{}, errorf(fault.Invalid, f.place, "the field %q appears %d times; its JSON is the data, so send it once", document, e.len())
	}
	v, err := parseJSON(e.first, f.lim)
	if wrong, ok := errors.AsType[*value.SyntaxError](err); ok {
		return v, errorf(fault.Invalid, f.place, "the field %q is not valid JSON at %s: %s",
			document, source{text: e.first}.at(wrong.Offset), wrong.Reason)
	}
	return v, err
}

// splitPair splits a pair at its equals sign. An equals sign within brackets belongs to the name, as in qs.
func splitPair(pair string) (name, val string) {
	open := false
	for i := range len(pair) {
		switch c := pair[i]; {
		case c == '=' && (!open || !closesLater(pair[i:])):
			return pair[:i], pair[i+1:]
		case c == '[' || hasFold(pair[i:], "%5b"):
			open = true
		case c == ']' || hasFold(pair[i:], "%5d"):
			open = false
		}
	}
	return pair, ""
}

func closesLater(s string) bool {
	return strings.Contains(s, "]=") || strings.Contains(s, "%5D=") || strings.Contains(s, "%5d=")
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && s[0] == prefix[0] && strings.EqualFold(s[:len(prefix)], prefix)
}

// Unescape decodes plus signs and percent escapes. A percent sign that does not start an escape stays as it is,
// as in browsers and qs.
func Unescape(s string) string { return unescape(s, true) }

// unescape decodes percent escapes, and plus signs as spaces when plus is set.
func unescape(s string, plus bool) string {
	i := strings.IndexAny(s, "+%")
	if i < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:i]...)
	for ; i < len(s); i++ {
		c := s[i]
		if c == '+' && plus {
			c = ' '
		} else if c == '%' && i+2 < len(s) {
			high, low := unhex(s[i+1]), unhex(s[i+2])
			if high < 16 && low < 16 {
				c, i = high<<4|low, i+2
			}
		}
		out = append(out, c)
	}
	return unsafeString(out)
}

// unhex returns the value of a hex digit, and 16 or more for anything else.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	default:
		return 16
	}
}

// fields collects the fields of a form. Fields with the same name form one entry, at the position of the first.
type fields struct {
	place   string
	lim     Limits
	count   int
	size    int
	entries []entry
	byName  map[string]int // only if there are many
}

type entry struct {
	name  string
	first string
	rest  []string
}

// linearSearchMax is up to how many names are searched linearly. Above that, a map is used.
const linearSearchMax = 16

func (f *fields) add(name, val string) error {
	if err := f.countField(); err != nil {
		return err
	}
	if !utf8.ValidString(name) || !utf8.ValidString(val) {
		return errorf(fault.Invalid, f.place, "the field %q is not UTF-8; send UTF-8", clip(name))
	}
	f.size += len(name) + len(val)
	if i := f.find(name); i >= 0 {
		f.entries[i].rest = append(f.entries[i].rest, val)
		return nil
	}
	f.entries = append(f.entries, entry{name: name, first: val})
	if f.byName != nil {
		f.byName[name] = len(f.entries) - 1
	}
	return nil
}

// countField counts a field.
func (f *fields) countField() error {
	if f.count++; f.count > f.lim.fields() {
		return errorf(fault.TooLarge, f.place, "it has more than %d fields", f.lim.fields())
	}
	return nil
}

func (f *fields) find(name string) int {
	if f.byName == nil && len(f.entries) > linearSearchMax {
		f.byName = make(map[string]int, 4*linearSearchMax)
		for i := range f.entries {
			f.byName[f.entries[i].name] = i
		}
	}
	if f.byName != nil {
		if i, ok := f.byName[name]; ok {
			return i
		}
		return -1
	}
	for i := range f.entries {
		if f.entries[i].name == name {
			return i
		}
	}
	return -1
}

// value returns the object of the fields.
func (f *fields) value() (value.Value, error) {
	root := &tree{kind: treeObject}
	var path []segment
	for i := range f.entries {
		e := &f.entries[i]
		var ok bool
		if path, ok = appendPath(path[:0], e.name, f.lim.fieldDepth()); !ok {
			return value.Value{}, errorf(fault.Invalid, f.place, "the field %q nests deeper than %d levels",
				clip(e.name), f.lim.fieldDepth())
		}
		root.put(path, e)
	}
	const perField = 16 // quotes, commas and brackets
	buf := root.append(make([]byte, 0, f.size+perField*f.count))
	return value.Trusted(unsafeString(buf)), nil
}

func emptyObject() value.Value { return value.Trusted("{}") }
