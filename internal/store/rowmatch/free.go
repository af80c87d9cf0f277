package rowmatch

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/hook"
)

// searchable returns the texts of a call in which a free text is searched, in lower case: as they were sent, and with their
// escapes read, if they have any.
func searchable(r *hook.Request, more []string) (texts []string) {
	add := func(text string) {
		texts = append(texts, strings.ToLower(text))
		if plain := unescapeJSON(text); plain != text {
			texts = append(texts, strings.ToLower(plain))
		}
	}
	escaped := func(text string) {
		add(text)
		if strings.ContainsAny(text, "%+") {
			texts = append(texts, strings.ToLower(body.Unescape(text)))
		}
	}
	escaped(r.Path + "?" + r.Query)
	for _, h := range r.Headers {
		texts = append(texts, strings.ToLower(h.Name+": "+h.Value))
	}
	if strings.Contains(r.ContentType, "x-www-form-urlencoded") {
		escaped(string(r.Content()))
	} else {
		add(string(r.Content()))
	}
	for _, text := range more {
		add(text)
	}
	return texts
}

// occurs reports whether one of the texts contains a text in lower case.
func occurs(text string, in []string) bool {
	for _, t := range in {
		if strings.Contains(t, text) {
			return true
		}
	}
	return false
}

// unescapeJSON reads the escapes of JSON strings anywhere in a text. What is no escape stays.
func unescapeJSON(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		switch c := text[i+1]; c {
		case 'u':
			r, n := unit(text[i:]), 6
			if utf16.IsSurrogate(r) {
				if pair := utf16.DecodeRune(r, unit(text[i+6:])); pair != utf8.RuneError {
					r, n = pair, 12
				}
			}
			if r < 0 {
				b.WriteByte('\\')
				i++
				continue
			}
			b.WriteRune(r)
			i += n
		case '"', '\\', '/':
			b.WriteByte(c)
			i += 2
		case 'n', 't', 'r', 'b', 'f':
			b.WriteByte(' ')
			i += 2
		default:
			b.WriteByte('\\')
			i++
		}
	}
	return b.String()
}

// unit reads \uXXXX at the beginning of a text; -1 if it is not there.
func unit(text string) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(text[2:6], 16, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}
