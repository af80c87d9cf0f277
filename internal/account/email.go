package account

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxEmail is the longest e-mail address, in bytes (RFC 5321 section 4.5.3.1.3, without the brackets).
const MaxEmail = 254

// Email returns an e-mail address in the form in which it is stored and compared: without surrounding spaces, in lower
// case. It reports whether the text can be an address; only a message to it could tell whether it is one.
func Email(text string) (string, bool) {
	if !utf8.ValidString(text) {
		return "", false
	}
	text = strings.ToLower(strings.TrimSpace(text))
	local, domain, ok := strings.Cut(text, "@")
	strange := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"<>(),;:\@`, r)
	}
	ok = ok && local != "" && domain != "" && len(text) <= MaxEmail &&
		!strings.ContainsFunc(local, strange) && !strings.ContainsFunc(domain, strange)
	return text, ok
}
