package query

import (
	"strings"
	"unicode"
)

// String returns the canonical text of the query: the terms in their order, with one space between them.
func (q Query) String() string {
	var b strings.Builder
	for i, t := range q.Terms {
		if i > 0 {
			b.WriteByte(' ')
		}
		t.append(&b)
	}
	return b.String()
}

// String returns the canonical text of the term.
func (t Term) String() string {
	var b strings.Builder
	t.append(&b)
	return b.String()
}

func (t Term) append(b *strings.Builder) {
	if t.Not {
		b.WriteByte('-')
	}
	if t.Field != FreeText {
		b.WriteString(t.Field)
		for _, s := range t.Path {
			b.WriteByte('.')
			if s.Any {
				b.WriteByte('*')
			} else {
				b.WriteString(quoteName(s.Name, false))
			}
		}
		if t.Name != "" {
			b.WriteString("." + quoteName(t.Name, true))
		}
		b.WriteByte(':')
	}
	for i, v := range t.Any {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.written)
	}
}

// quoteName returns a part of a field's name as it is written.
func quoteName(name string, dots bool) string {
	plain := name != "" && name != "*" && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".") && !strings.Contains(name, "..")
	for _, r := range name {
		if unicode.IsSpace(r) || strings.ContainsRune(`:,"\`, r) || r == '.' && !dots {
			plain = false
		}
	}
	if plain {
		return name
	}
	return quote(name)
}

// quoteValue returns an exact value as it is written. What could be read as a range, a prefix or anything else but the
// text itself is put in quotation marks.
func quoteValue(text string) string {
	if text == "" || strings.HasSuffix(text, "*") || strings.Contains(text, "..") || strings.HasPrefix(text, "<") || strings.HasPrefix(text, ">") {
		return quote(text)
	}
	return quoteWord(text)
}

// quoteWord returns a text in quotation marks only if it does not read as one word.
func quoteWord(text string) string {
	for _, r := range text {
		if unicode.IsSpace(r) || r == ',' || r == '"' {
			return quote(text)
		}
	}
	return text
}

// quoteFree returns a text without a field as it is written.
func quoteFree(text string) string {
	if text == "" || text[0] == '-' || strings.Contains(text, ":") {
		return quote(text)
	}
	return quoteWord(text)
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
