package collection

import (
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// formatted admits a text in the form of an email address, URL or phone number.
func (f *Field) formatted(v value.Value) (Cell, *Violation) {
	text, ok := v.Str()
	if n, whole := v.Int(); f.Type == Phone && whole && n > 0 {
		text, ok = strconv.FormatInt(n, 10), true // senders may write a phone number without + as a JSON number
	}
	if !ok {
		return Cell{}, f.wrong(f.form(), v)
	}
	switch f.Type {
	case Email:
		ok = isEmail(text)
	case URL:
		ok = isURL(text)
	default:
		text, ok = phoneNumber(text)
	}
	if !ok {
		return Cell{}, f.malformed(f.form(), v)
	}
	return Cell{Kind: CellText, Text: text}, nil
}

func (f *Field) form() string {
	switch f.Type {
	case Email:
		return "an email address as ann@example.com, without a name"
	case URL:
		return "an absolute address that starts with http:// or https://"
	default:
		return "a phone number of 3 to 15 digits, as +49 30 1234567"
	}
}

// maxLocal is the longest part of an email address before the @, in bytes (RFC 5321, section 4.5.3.1.1).
const maxLocal = 64

// isEmail reports whether text is a common form of addr-spec (RFC 5322, section 3.4.1): a dot-atom (RFC 6531 also
// allows non-ASCII letters), @, and a domain name. Quoted local parts, comments, white space and address literals
// in brackets are legal in the RFC but refused here.
func isEmail(text string) bool {
	at := strings.LastIndexByte(text, '@')
	if len(text) > MaxEmail || at < 1 || at > maxLocal || strings.ContainsAny(text, "\"()<>[]\\,;: \t\r\n") {
		return false
	}
	address, err := mail.ParseAddress(text)
	return err == nil && address.Name == "" && address.Address == text && isDomain(text[at+1:])
}

// isDomain reports whether every label of a domain name has 1 to 63 bytes and neither begins nor ends with a dash
// (RFC 1035, section 2.3.1).
func isDomain(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// isURL reports whether text is an absolute http or https URL with a host (RFC 3986), without spaces and control
// characters.
func isURL(text string) bool {
	if len(text) > MaxURL || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// The smallest and largest number of digits of a phone number (E.164, section 6: at most 15).
const (
	minPhone = 3
	maxPhone = 15
)

// phoneNumber returns the digits of a phone number, with a leading + if there was one. It drops spaces, dashes,
// dots, slashes and parentheses, so that one number is one value for unique, filters and upsert. Letters and
// extensions are refused.
func phoneNumber(text string) (string, bool) {
	const longest = 64 // bytes, including separators
	if len(text) > longest {
		return "", false
	}
	number, digits := make([]byte, 0, len(text)), 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			number = append(number, c)
			digits++
		case c == '+' && len(number) == 0:
			number = append(number, c)
		case strings.IndexByte(" -./()", c) < 0, len(number) == 0 && c != ' ' && c != '(':
			return "", false // -5 and .5 are numbers, but not phone numbers
		}
	}
	return string(number), digits >= minPhone && digits <= maxPhone
}
