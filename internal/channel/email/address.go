package email

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Limits of an address, in bytes (RFC 5321 section 4.5.3.1).
const (
	maxLocal   = 64
	maxAddress = 254
)

// parse reads one address, with or without a name, and returns what is wrong with it, or "". The part before the @ must
// be a dot-atom (RFC 5322 section 3.2.3), and the domain a host name, which becomes its ASCII form.
func parse(text string) (*mail.Address, string) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return nil, "must be an e-mail address without line breaks and control characters"
	}
	a, err := mail.ParseAddress(text)
	if err != nil || strings.HasSuffix(strings.TrimSpace(text), ";") { // a group of one
		return nil, "must be one e-mail address, e.g. ann@example.com or Ann <ann@example.com>"
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if !isDotAtom(local) {
		return nil, "must have only letters, digits, dots and !#$%&'*+-/=?^_`{|}~ before the @"
	}
	domain, err = idna.Lookup.ToASCII(domain)
	if err != nil || domain == "" || strings.ContainsAny(domain, "[]:") {
		return nil, "must have a host name after the @"
	}
	a.Address = local + "@" + domain
	if len(local) > maxLocal || len(a.Address) > maxAddress {
		return nil, "must have at most 64 bytes before the @, and 254 in all"
	}
	return a, ""
}

// isDotAtom reports whether a text needs no quotes before the @.
func isDotAtom(text string) bool {
	for atom := range strings.SplitSeq(text, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtom(r) }) {
			return false
		}
	}
	return true
}

// isAtom reports whether an atom may have a character (RFC 5322 section 3.2.3, RFC 6531 section 3.3).
func isAtom(r rune) bool {
	if r < unicode.MaxASCII {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// isASCII reports whether an address needs no SMTPUTF8 (RFC 6531).
func isASCII(a *mail.Address) bool {
	return a == nil || !strings.ContainsFunc(a.Address, func(r rune) bool { return r > unicode.MaxASCII })
}

// domainOf returns the domain of an address.
func domainOf(a *mail.Address) string { return a.Address[strings.LastIndexByte(a.Address, '@')+1:] }
