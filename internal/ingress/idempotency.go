package ingress

import (
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// idempotencyHeader is the header of draft-ietf-httpapi-idempotency-key-header.
const idempotencyHeader = "Idempotency-Key"

// idempotencyKey reads the key from the header's lines. The draft (section 2.1) requires a quoted string of
// structured fields (RFC 9651 section 3.3.3). Most senders omit the quotes, so a bare value is accepted too.
// Both forms give the same key.
func idempotencyKey(lines []string) (string, error) {
	if len(lines) == 0 {
		return "", nil
	}
	if len(lines) > 1 {
		return "", malformedKey("stands in the call more than once")
	}
	text := strings.Trim(lines[0], " \t")
	if !strings.HasPrefix(text, `"`) {
		return text, nil
	}
	return quotedKey(text[1:])
}

// quotedKey reads a string after its opening quote (RFC 9651 section 4.2.5). Parameters would follow after a
// semicolon; the draft defines none, so nothing may follow.
func quotedKey(text string) (string, error) {
	var key strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && i == len(text)-1:
			return key.String(), nil
		case c == '"':
			return "", malformedKey("goes on behind its closing quote")
		case c == '\\':
			i++
			if i == len(text) || text[i] != '"' && text[i] != '\\' {
				return "", malformedKey("has a backslash before something else than a quote or a backslash")
			}
			key.WriteByte(text[i])
		case c < ' ' || c > '~':
			return "", malformedKey("has a character in quotes that is not printable ASCII")
		default:
			key.WriteByte(c)
		}
	}
	return "", malformedKey("has no closing quote")
}

func malformedKey(what string) error {
	return fault.New("ingress.IdempotencyKey", fault.Invalid, "The header %s %s", idempotencyHeader, what)
}
