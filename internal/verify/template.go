package verify

import (
	"fmt"
	"hash"
	"net/textproto"
	"strings"

	"hookline.dev/hookline/internal/decode"
)

type partKind uint8

const (
	partText partKind = iota
	partBody
	partTimestamp
	partID
	partURL
	partMethod
	partSecret
	partHeader
	partJSON
)

// part is one piece of a template.
type part struct {
	kind partKind
	text string   // of a literal, or the canonical name of a header
	path []string // only for partJSON
}

// template is the compiled template of a signed text.
type template struct{ parts []part }

// templateTokens are the names that may appear in braces.
var templateTokens = []string{"body", "ts", "id", "url", "method", "secret", "header:X-Name", "json:path"}

// maxTemplate is the longest template, in bytes.
const maxTemplate = 4 << 10

// parseTemplate parses the template of a signed text. It consists of literal text and, in braces, body, ts, id,
// url, method, secret, header:X-Name and json:path. Braces have no other use.
func parseTemplate(text string) (template, error) {
	var t template
	if len(text) > maxTemplate {
		return t, fmt.Errorf("is longer than %d bytes", maxTemplate)
	}
	for text != "" {
		literal, rest, open := strings.Cut(text, "{")
		if strings.Contains(literal, "}") {
			return t, fmt.Errorf("has a } without a {; write for example {ts}.{body}")
		}
		if literal != "" {
			t.parts = append(t.parts, part{kind: partText, text: literal})
		}
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return t, fmt.Errorf("has a { without a }; write for example {ts}.{body}")
		}
		p, err := parseToken(name)
		if err != nil {
			return t, err
		}
		t.parts = append(t.parts, p)
		text = after
	}
	return t, nil
}

func parseToken(name string) (part, error) {
	kind, argument, _ := strings.Cut(name, ":")
	switch {
	case name == "body":
		return part{kind: partBody}, nil
	case name == "ts":
		return part{kind: partTimestamp}, nil
	case name == "id":
		return part{kind: partID}, nil
	case name == "url":
		return part{kind: partURL}, nil
	case name == "method":
		return part{kind: partMethod}, nil
	case name == "secret":
		return part{kind: partSecret}, nil
	case kind == "header" && isHeaderName(argument):
		return part{kind: partHeader, text: textproto.CanonicalMIMEHeaderKey(argument)}, nil
	case kind == "json" && argument != "":
		return part{kind: partJSON, text: argument, path: strings.Split(argument, ".")}, nil
	}
	return part{}, fmt.Errorf("has %s", decode.Unknown("token", "{"+name+"}", braced()))
}

func braced() []string {
	names := make([]string, len(templateTokens))
	for i, t := range templateTokens {
		names[i] = "{" + t + "}"
	}
	return names
}

// has reports whether the template contains a token.
func (t template) has(kind partKind) bool {
	for i := range t.parts {
		if t.parts[i].kind == kind {
			return true
		}
	}
	return false
}

// literalAfter returns the literal text that directly follows a token, or "" if there is none.
func (t template) literalAfter(kind partKind) string {
	for i := range t.parts {
		if t.parts[i].kind == kind && i+1 < len(t.parts) && t.parts[i+1].kind == partText {
			return t.parts[i+1].text
		}
	}
	return ""
}

// feed writes the signed text to a hash.
func (t template) feed(h hash.Hash, r *callState, secret string) {
	text := r.text[:0]
	for i := range t.parts {
		p := &t.parts[i]
		if p.kind != partBody {
			text = p.append(text, r, secret)
			continue
		}
		if len(text) > 0 {
			h.Write(text)
			text = text[:0]
		}
		h.Write(r.call.Body)
	}
	if len(text) > 0 {
		h.Write(text)
	}
	r.text = text
}

// whole returns the signed text in one piece. The caller must not keep it.
func (t template) whole(r *callState, secret string) []byte {
	if len(t.parts) == 1 && t.parts[0].kind == partBody {
		return r.call.Body
	}
	text := r.text[:0]
	for i := range t.parts {
		if p := &t.parts[i]; p.kind == partBody {
			text = append(text, r.call.Body...)
		} else {
			text = p.append(text, r, secret)
		}
	}
	r.text = text
	return text
}

// append appends a part other than the body.
func (p *part) append(text []byte, r *callState, secret string) []byte {
	switch p.kind {
	case partText:
		return append(text, p.text...)
	case partTimestamp:
		return append(text, r.timestamp...)
	case partID:
		return append(text, r.id...)
	case partURL:
		return append(text, r.call.URL...)
	case partMethod:
		return append(text, r.call.Method...)
	case partSecret:
		return append(text, secret...)
	case partHeader:
		return append(text, first(r.call.Header[p.text])...)
	case partJSON:
		s, _ := scalar(lookup(r.document(), p.path))
		return append(text, s...)
	default:
		panic("verify: a part of a template is of no kind")
	}
}

// isHeaderName reports whether the text is a valid field name (RFC 9110 section 5.1: a token).
func isHeaderName(name string) bool {
	if name == "" || len(name) > 256 {
		return false
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return true
}
