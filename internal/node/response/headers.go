package response

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// MaxHeaders is the maximum number of headers of a reply.
const MaxHeaders = 64

const contentType = "Content-Type"

// readHeaders reads an object of names and values, or a list of {name, value}. A list as value repeats the header.
// Null and missing values omit it.
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
	if err := check(name, ""); err != nil {
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
	return text, check(name, text)
}

// check checks a header by the rule for replies.
func check(name, text string) error {
	if name == "" {
		return fmt.Errorf("a name is empty")
	}
	if why := hook.ReplyHeaderProblem(name, text); why != "" {
		return fmt.Errorf("%s %s", shown(name), why)
	}
	return nil
}

// shown returns a header name for a message, quoted if it is not a valid name.
func shown(name string) string {
	if hook.IsToken(name) {
		return clip(name)
	}
	return fmt.Sprintf("%q", clip(name))
}

func named(headers []hook.Header, name string) bool {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return true
		}
	}
	return false
}
