package vault

import (
	"encoding/base64"
	"strings"
)

// minKey is how many letters and digits behind its prefix make a text an API key. A whole key has more; a record may have
// cut it.
const minKey = 16

// Credentials removes what opens the management API from the text of a caller, who may send it to a workflow by mistake:
// the server's token, and API keys, which have no list to compare with and are known by their shape. It finds them as
// they are, and in HTTP basic authentication. The zero value removes nothing.
type Credentials struct {
	prefix, token string // "": none
	shortest      int    // no shorter text has one; most texts of a call are shorter
}

// NewCredentials returns Credentials for API keys with a prefix and for the server's token, which is ignored if it is
// shorter than MinLength.
func NewCredentials(keyPrefix, token string) Credentials {
	c := Credentials{prefix: keyPrefix, token: token, shortest: len(keyPrefix) + minKey}
	if len(token) < MinLength {
		c.token = ""
	} else {
		c.shortest = min(c.shortest, len(token))
	}
	return c
}

// Text replaces every credential in a text by Mask. A text without one is returned as it is.
func (c *Credentials) Text(text string) string {
	if len(text) < c.shortest || c.prefix == "" {
		return text
	}
	if scheme, encoded, ok := strings.Cut(text, " "); ok && strings.EqualFold(scheme, "basic") {
		plain, _ := base64.StdEncoding.DecodeString(encoded) // what precedes an error may have one
		if s := string(plain); c.plain(s) != s {
			return scheme + " " + Mask
		}
	}
	return c.plain(text)
}

// plain removes the credentials that stand in a text as they are.
func (c *Credentials) plain(text string) string {
	if c.token != "" {
		text = strings.ReplaceAll(text, c.token, Mask)
	}
	if !strings.Contains(text, c.prefix) {
		return text // nearly always
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, c.prefix)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if text = strings.TrimLeftFunc(rest, isKeyLetter); len(rest)-len(text) >= minKey {
			b.WriteString(Mask)
			continue
		}
		b.WriteString(c.prefix)
		text = rest // which may begin with a key
	}
}

// isKeyLetter reports whether a key may have a character. Upper case is not made, and counts: somebody has changed it.
func isKeyLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
}
