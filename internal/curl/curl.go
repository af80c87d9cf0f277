package curl

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/hook"
)

// MaxInline is the largest body that fits into a command, in bytes.
const MaxInline = 64 << 10

// Command is a call.
type Command struct {
	Method  string
	URL     string
	Headers []hook.Header
	Body    []byte
	File    string // the file that has the body; "": Body has it
}

// String returns the command, without a newline at its end. A body that is no text is decoded from base64.
func (c Command) String() string {
	var b strings.Builder
	after := ""
	switch {
	case c.File != "":
		after = " \\\n  --data-binary " + Quote("@"+c.File)
	case len(c.Body) == 0:
	case !utf8.Valid(c.Body) || bytes.ContainsRune(c.Body, 0):
		b.WriteString("base64 -d <<'BODY' | ")
		after = " \\\n  --data-binary @-\n" + base64.StdEncoding.EncodeToString(c.Body) + "\nBODY"
	default:
		after = " \\\n  --data-raw " + Quote(string(c.Body)) // unlike --data-binary, it does not interpret a leading @
	}
	b.WriteString("curl -sS -i")
	if strings.ContainsAny(c.URL, "[]{}") {
		b.WriteString(" --globoff") // otherwise curl would treat brackets as patterns
	}
	if c.Method == http.MethodHead {
		b.WriteString(" --head")
	} else {
		b.WriteString(" -X " + Quote(c.Method))
	}
	b.WriteString(" " + Quote(c.URL))
	typed := false
	for _, h := range c.Headers {
		typed = typed || strings.EqualFold(h.Name, "Content-Type")
		line := h.Name + ": " + h.Value
		if h.Value == "" {
			line = h.Name + ";" // curl's syntax for an empty header
		}
		b.WriteString(" \\\n  -H " + Quote(line))
	}
	if after != "" && !typed {
		b.WriteString(" \\\n  -H 'Content-Type:'") // otherwise curl would send it as a form
	}
	b.WriteString(after)
	return b.String()
}

// Sets reports whether curl sets a header itself.
func Sets(name string) bool {
	switch strings.ToLower(name) {
	case "host", "content-length", "connection", "accept-encoding", "expect", "transfer-encoding":
		return true
	default:
		return false
	}
}

// Quote quotes any text without NUL as one word of a POSIX shell.
func Quote(text string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
