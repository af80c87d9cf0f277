package ingress

import "strings"

// forwarded returns what the elements of a Forwarded header say in their for parameter (RFC 7239
// section 4), in their order. One that says nothing, or nothing clear, is "" (or what cannot be an
// address, such as unknown and _hidden). A line whose quotes do not close has no elements to be told
// apart: it is one "".
func forwarded(line string) []string {
	var list []string
	for {
		element, rest, more, ok := cutOutside(line, ',')
		if !ok {
			return []string{""}
		}
		if strings.Trim(element, " \t") != "" { // RFC 9110 section 5.6.1.2
			list = append(list, forParameter(element))
		}
		if !more {
			return list
		}
		line = rest
	}
}

// forParameter returns the value of an element's for parameter, "" when it has none or two.
func forParameter(element string) (found string) {
	times := 0
	for {
		pair, rest, more, _ := cutOutside(element, ';') // the quotes close: forwarded has seen it
		name, text, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
		if strings.EqualFold(name, "for") {
			found = unquoted(text)
			times++
		}
		if !more {
			break
		}
		element = rest
	}
	if times != 1 {
		return ""
	}
	return found
}

// cutOutside is strings.Cut at a separator that does not stand within quotes. ok is false when the
// quotes do not close.
func cutOutside(text string, sep byte) (before, after string, found, ok bool) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == sep && !quoted:
			return text[:i], text[i+1:], true, true
		}
	}
	return text, "", false, !quoted
}

// unquoted undoes a quoted-string (RFC 9110 section 5.6.4). A text that is half quoted is no address
// and stays as it is.
func unquoted(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	text = text[1 : len(text)-1]
	if !strings.Contains(text, `\`) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		out = append(out, text[i])
	}
	return string(out)
}
