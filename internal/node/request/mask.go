package request

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// masked replaces a secret in what the other side sent.
const masked = "[secret]"

// minMasked is the length from which a text is searched for, as in package vault. A shorter one would damage unrelated
// text, and its mask would tell a caller who guesses that the guess is right.
const minMasked = 8

// mask collects the forms in which secrets were sent in one request.
type mask struct{ forms []string }

// add adds a secret, in the forms in which it may come back.
func (m *mask) add(secrets ...string) {
	for _, s := range secrets {
		if len(s) < minMasked {
			continue
		}
		quoted := value.String(s).Text()
		m.forms = append(m.forms,
			s, quoted[1:len(quoted)-1], url.QueryEscape(s), url.PathEscape(s), (&url.URL{Path: s}).EscapedPath(),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)),
		)
	}
}

// bytes masks a body.
func (m *mask) bytes(data []byte) []byte {
	if len(m.forms) == 0 || len(data) == 0 {
		return data
	}
	return []byte(m.text(string(data)))
}

// text masks a text.
func (m *mask) text(s string) string {
	if len(m.forms) == 0 {
		return s
	}
	// The longest first, so that a form that contains another one is masked completely.
	slices.SortStableFunc(m.forms, func(a, b string) int { return len(b) - len(a) })
	var list []string
	for _, form := range m.forms {
		list = append(list, form, masked)
	}
	return strings.NewReplacer(list...).Replace(s)
}
