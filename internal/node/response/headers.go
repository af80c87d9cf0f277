package response

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Bounds of a reply's headers.
const (
	MaxHeaders     = 64
	MaxHeaderBytes = 8 << 10 // of one name with its value
)

const contentType = "Content-Type"

// readHeaders takes an object (a value may be a list: the header is repeated), or a list of
// {name, value}. Null and missing values leave the header out.
func readHeaders(v value.Value) ([]hook.Header, error) {
	var out []hook.Header
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
		return nil, nil
	case value.KindObject:
		for name, each := range v.Members() {
			var err error
			if out, err = appendHeader(out, name, each); err != nil {
				return nil, err
			}
		}
	case value.KindArray:
		place := 0
		for item := range v.Elements() {
			name, ok := item.Get("name").Str()
			if !ok {
				return nil, fmt.Errorf("entry %d has no name; write {name: X-Name, value: text}", place)
			}
			place++
			var err error
			if out, err = appendHeader(out, name, item.Get("value")); err != nil {
				return nil, err
			}
		}
	default:
		return nil, fmt.Errorf("must be an object of names and values, or a list of {name, value}, not a %s", v.Kind())
	}
	return out, nil
}

func appendHeader(out []hook.Header, name string, v value.Value) ([]hook.Header, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if v.Kind() == value.KindArray {
		for each := range v.Elements() {
			if each.Kind() == value.KindArray {
				return nil, fmt.Errorf("%s holds a list within a list; write one list of texts", name)
			}
			var err error
			if out, err = appendHeader(out, name, each); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	text, err := headerText(name, v)
	if err != nil || v.IsNull() {
		return out, err
	}
	if len(out) == MaxHeaders {
		return nil, fmt.Errorf("there are more than %d headers", MaxHeaders)
	}
	return append(out, hook.Header{Name: name, Value: text}), nil
}

func headerText(name string, v value.Value) (string, error) {
	var text string
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
	case value.KindString:
		text, _ = v.Str()
	case value.KindBool, value.KindNumber:
		text = v.Text()
	default:
		return "", fmt.Errorf("%s is an %s; a header is a text", name, v.Kind())
	}
	text = strings.Trim(text, " \t")
	return text, checkValue(name, text)
}

// checkName holds a name against RFC 9110 section 5.6.2 and against the headers that belong to the
// connection or to the server.
func checkName(name string) error {
	if name == "" {
		return fmt.Errorf("a name is empty")
	}
	for i := range len(name) {
		if !tokenByte(name[i]) {
			return fmt.Errorf("the name %q holds a character that no header name may hold", clip(name))
		}
	}
	if why := ours(name); why != "" {
		return fmt.Errorf("%s cannot be set: %s", name, why)
	}
	return nil
}

// ours says why a header is not the workflow's to set: it is hop-by-hop (RFC 9110 section 7.6.1 and
// the older ones of RFC 2616 section 13.5.1), or it frames the message.
func ours(name string) string {
	switch strings.ToLower(name) {
	case "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization",
		"te", "trailer", "transfer-encoding", "upgrade":
		return "it concerns the connection, not the answer; leave it out"
	case "content-length":
		return "the server counts the body itself; leave it out"
	default:
		return ""
	}
}

// checkValue refuses what would end a header line or is not text (RFC 9110 section 5.5).
func checkValue(name, text string) error {
	if len(name)+len(text) > MaxHeaderBytes {
		return fmt.Errorf("%s is longer than %d bytes", clip(name), MaxHeaderBytes)
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\r' || c == '\n':
			return fmt.Errorf("%s holds a line break; a header is one line", name)
		case c < ' ' && c != '\t' || c == 0x7f:
			return fmt.Errorf("%s holds a control character", name)
		}
	}
	return nil
}

func tokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	default:
		return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
	}
}

func named(headers []hook.Header, name string) bool {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return true
		}
	}
	return false
}
