package verify

import (
	"bytes"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// bodyVariant is the body as it may have been before something serialised it again.
type bodyVariant struct {
	body []byte
	what string // completes "The signature fits the body ..."
}

// bodyVariants lists the likely variants, each different from the body and from the earlier ones.
func bodyVariants(body []byte) []bodyVariant {
	l := variantList{seen: map[string]bool{string(body): true}}
	l.lines(body)
	if data, err := value.ParseBytes(body, value.Limits{}); err == nil {
		l.json(data)
	} else {
		l.form(string(body))
	}
	return l.list
}

type variantList struct {
	list []bodyVariant
	seen map[string]bool
}

func (l *variantList) add(body []byte, what string) {
	if !l.seen[string(body)] {
		l.seen[string(body)] = true
		l.list = append(l.list, bodyVariant{body, what})
	}
}

// byteOrderMark is written before UTF-8 text by some editors and libraries.
const byteOrderMark = "\xef\xbb\xbf"

func (l *variantList) lines(body []byte) {
	text := string(body)
	l.add([]byte(text+"\n"), "with a line end (LF) behind it, which was cut off")
	l.add([]byte(text+"\r\n"), "with a line end (CR LF) behind it, which was cut off")
	l.add([]byte(strings.TrimRight(text, "\r\n")), "without the line end behind it, which was added")
	l.add([]byte(strings.TrimSpace(text)), "without the blanks around it, which were added")
	unix := strings.ReplaceAll(text, "\r\n", "\n")
	l.add([]byte(unix), "with line ends LF, which became CR LF")
	l.add([]byte(strings.ReplaceAll(unix, "\n", "\r\n")), "with line ends CR LF, which became LF")
	l.add([]byte(strings.TrimPrefix(text, byteOrderMark)), "without the byte order mark before it, which was added")
	l.add([]byte(byteOrderMark+text), "with a byte order mark before it, which was cut off")
}

// form adds the other usual encodings of spaces and escapes in a form.
func (l *variantList) form(text string) {
	if !strings.ContainsAny(text, "%+") {
		return
	}
	l.add([]byte(strings.ReplaceAll(text, "+", "%20")), "with blanks as %20, which became +")
	l.add([]byte(strings.ReplaceAll(text, "%20", "+")), "with blanks as +, which became %20")
	l.add(escapes(text, strings.ToLower), "with its escapes in lower case (%3a), which became upper")
	l.add(escapes(text, strings.ToUpper), "with its escapes in upper case (%3A), which became lower")
}

func escapes(text string, to func(string) string) []byte {
	out := []byte(text)
	for i := 0; i+2 < len(out); i++ {
		if out[i] == '%' {
			copy(out[i+1:], to(string(out[i+1:i+3])))
		}
	}
	return out
}

// json adds the document as the serialisers of common languages write it.
func (l *variantList) json(data value.Value) {
	layouts := []layout{
		{"without blanks", "", ",", ":"},
		{"indented by two", "  ", ",", ": "},
		{"with a blank after each comma and colon", "", ", ", ": "},
		{"indented by four", "    ", ",", ": "},
		{"indented by tabs", "\t", ",", ": "},
	}
	for _, sorted := range []bool{false, true} {
		for _, quote := range quotings() {
			for _, lay := range layouts {
				w := jsonWriter{layout: lay, quote: quote.write, sorted: sorted}
				w.write(data, 0)
				what := "written " + lay.name + quote.name
				if sorted {
					what += " and with its keys sorted"
				}
				l.add(w.out, what)
				l.add(append(slices.Clone(w.out), '\n'), what+", with a line end behind it")
			}
		}
	}
}

// layout is where a serialiser puts white space.
type layout struct{ name, indent, comma, colon string }

// quoting is how a serialiser writes strings.
type quoting struct {
	name  string
	write func(dst []byte, v value.Value) []byte
}

func quotings() []quoting {
	return []quoting{
		{"", func(dst []byte, v value.Value) []byte { return v.Append(dst) }},
		{" and without escapes", func(dst []byte, v value.Value) []byte { return appendString(dst, v, "", false) }},
		{` and with \u escapes`, func(dst []byte, v value.Value) []byte { return appendString(dst, v, "", true) }},
		{` and with \u escapes and \/`, func(dst []byte, v value.Value) []byte { return appendString(dst, v, "/", true) }},
		{` and with <, > and & escaped`, func(dst []byte, v value.Value) []byte { return appendString(dst, v, "<>&", false) }},
	}
}

// jsonWriter serialises a document in one layout.
type jsonWriter struct {
	layout
	quote  func([]byte, value.Value) []byte
	sorted bool
	out    []byte
}

func (w *jsonWriter) write(v value.Value, depth int) {
	switch v.Kind() {
	case value.KindObject:
		w.object(v, depth)
	case value.KindArray:
		n := 0
		w.out = append(w.out, '[')
		for e := range v.Elements() {
			w.separate(n, depth+1)
			w.write(e, depth+1)
			n++
		}
		w.close(n, depth, ']')
	case value.KindString:
		w.out = w.quote(w.out, v)
	default:
		w.out = v.Append(w.out)
	}
}

func (w *jsonWriter) object(v value.Value, depth int) {
	type member struct {
		name  string
		value value.Value
	}
	var members []member
	for name, m := range v.Members() {
		members = append(members, member{name, m})
	}
	if w.sorted {
		slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	}
	w.out = append(w.out, '{')
	for n, m := range members {
		w.separate(n, depth+1)
		w.out = append(w.quote(w.out, value.String(m.name)), w.colon...)
		w.write(m.value, depth+1)
	}
	w.close(len(members), depth, '}')
}

func (w *jsonWriter) separate(n, depth int) {
	if n > 0 {
		w.out = append(w.out, w.comma...)
	}
	w.line(depth)
}

func (w *jsonWriter) close(n, depth int, end byte) {
	if n > 0 {
		w.line(depth)
	}
	w.out = append(w.out, end)
}

func (w *jsonWriter) line(depth int) {
	if w.indent != "" {
		w.out = append(append(w.out, '\n'), bytes.Repeat([]byte(w.indent), depth)...)
	}
}
