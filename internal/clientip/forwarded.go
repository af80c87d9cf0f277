package clientip

import "strings"

// parameters returns one parameter, such as for, of each element of a Forwarded header (RFC 7239 section 4), in order.
// An element that does not have it exactly once yields "". Values that cannot be addresses, such as unknown and
// _hidden, are returned as they are. A line with an unclosed quote cannot be split into elements, so it yields
// one "".
func parameters(line, name string) []string {
	var list []string
	for {
		element, rest, more, ok := cutOutside(line, ',')
		if !ok {
			return []string{""}
		}
		if strings.Trim(element, " \t") != "" { // RFC 9110 section 5.6.1.2
			list = append(list, parameter(element, name))
		}
		if !more {
			return list
		}
		line = rest
	}
}

// parameter returns the value of an element's parameter, or "" if it has none or more than one.
func parameter(element, name string) (found string) {
	times := 0
	for {
		pair, rest, more, _ := cutOutside(element, ';') // parameters has already checked that the quotes close
		is, text, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
		if strings.EqualFold(is, name) {
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

// cutOutside is like strings.Cut, but ignores separators within quotes. ok is false if a quote is not closed.
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

// unquoted decodes a quoted-string (RFC 9110 section 5.6.4). A text with only one quote is not an address and
// is returned unchanged.
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
