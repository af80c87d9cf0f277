package cli

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/api"
)

// shellQuote quotes any text without NUL as one word of a POSIX shell.
func shellQuote(text string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// curlSets lists the headers that curl sets itself.
func curlSets(name string) bool {
	switch strings.ToLower(name) {
	case "host", "content-length", "connection", "accept-encoding", "expect", "transfer-encoding":
		return true
	default:
		return false
	}
}

// curl prints a command that repeats the call. Credentials are not stored, so the user may have to add a
// password, a token or a new signature.
func (sys *system) curl(d api.Delivery) error {
	var b strings.Builder
	body := d.Request.Body
	before := ""
	send := ""
	switch {
	case body.Size == 0:
	case body.Cut:
		return fmt.Errorf("the body of %d bytes is too large for a command line; use hookline deliveries replay", body.Size)
	case body.Base64 != nil || strings.ContainsRune(body.Text, 0) || !utf8.ValidString(body.Text):
		raw := body.Base64
		if raw == nil {
			raw = []byte(body.Text)
		}
		before, send = "base64 -d <<'BODY' | ", " --data-binary @-\n"+base64.StdEncoding.EncodeToString(raw)+"\nBODY"
	default:
		send = " --data-raw " + shellQuote(body.Text) // unlike --data-binary, it does not interpret a leading @
	}
	fmt.Fprintf(&b, "%scurl -sS -i -X %s %s", before, shellQuote(d.Request.Method), shellQuote(d.Request.URL))
	typed := false
	for _, h := range d.Request.Headers {
		if curlSets(h.Name) {
			continue
		}
		typed = typed || strings.EqualFold(h.Name, "Content-Type")
		line := h.Name + ": " + h.Value
		if h.Value == "" {
			line = h.Name + ";" // curl's syntax for an empty header
		}
		fmt.Fprintf(&b, " \\\n  -H %s", shellQuote(line))
	}
	if send != "" && !typed {
		b.WriteString(" \\\n  -H 'Content-Type:'") // otherwise curl would send it as a form
	}
	if send != "" {
		b.WriteString(" \\\n " + send)
	}
	b.WriteByte('\n')
	_, err := fmt.Fprint(sys.stdout, b.String())
	return err
}
