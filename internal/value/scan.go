package value

import "fmt"

// nesting remembers whether each open container is an object. One bit per level keeps it on the stack, so deep
// nesting costs neither heap memory nor recursion.
type nesting struct {
	depth int
	bits  [MaxDepth/64 + 1]uint64
}

func (n *nesting) push(object bool) {
	n.depth++
	word, bit := n.depth>>6, uint64(1)<<(n.depth&63)
	if object {
		n.bits[word] |= bit
	} else {
		n.bits[word] &^= bit
	}
}

func (n *nesting) inObject() bool {
	return n.bits[n.depth>>6]&(1<<(n.depth&63)) != 0
}

// scanner validates one text. If rec is not nil, the scanner reports the positions of members to it.
type scanner struct {
	text     string
	maxDepth int
	open     nesting
	rec      *recorder
}

// scanValue validates the value that starts at text[i], which must not be white space. It returns the offset after
// the value, or the offset and reason of the first error.
func (s *scanner) scanValue(i int) (end int, reason string) {
	for {
		var opened, done bool
		if i, opened, reason = s.begin(i); reason != "" {
			return i, reason
		}
		if opened {
			continue // the container's first value must follow
		}
		if i, done, reason = s.finish(i); done || reason != "" {
			return i, reason
		}
	}
}

// begin validates a scalar or an empty container, or enters a container and moves to its first value.
func (s *scanner) begin(i int) (end int, opened bool, reason string) {
	if i >= len(s.text) {
		return i, false, "a value was expected, but the text ends"
	}
	switch c := s.text[i]; {
	case c == '"':
		end, reason = scanString(s.text, i+1)
		return end, false, reason
	case c == '{' || c == '[':
		return s.enter(i, c)
	case c == '-' || '0' <= c && c <= '9':
		if end = scanNumber(s.text, i); end < 0 {
			return -end - 1, false, "a digit was expected in this number"
		}
		return end, false, ""
	default:
		word := literalAt(s.text, i)
		if word == "" {
			reason = "a value was expected"
		}
		return i + len(word), false, reason
	}
}

func (s *scanner) enter(i int, bracket byte) (end int, opened bool, reason string) {
	if s.open.depth == s.maxDepth {
		return i, false, fmt.Sprintf("arrays and objects nest deeper than %d", s.maxDepth)
	}
	object := bracket == '{'
	s.open.push(object)
	if object && s.rec != nil {
		s.rec.open(i, s.open.depth)
	}
	i = skipBlanks(s.text, i+1)
	if i < len(s.text) && s.text[i] == bracket+2 { // '}' and ']' follow their opening by two
		s.leave(i+1, object && s.noting())
		return i + 1, false, ""
	}
	if object {
		i, reason = s.key(i)
	}
	return i, true, reason
}

// noting reports whether the recorder follows the open object.
func (s *scanner) noting() bool { return s.rec != nil && s.rec.depth == s.open.depth }

func (s *scanner) leave(end int, noting bool) {
	if noting {
		s.rec.close(s.text, end)
	}
	s.open.depth--
}

// key validates a member's key and moves to its value.
func (s *scanner) key(i int) (end int, reason string) {
	end, reason = scanKey(s.text, i)
	if reason == "" && s.noting() {
		s.rec.member(i, end)
	}
	return end, reason
}

// finish continues after a value: it closes the containers that end here and moves to the next value. done reports
// that the outermost value is complete.
func (s *scanner) finish(i int) (end int, done bool, reason string) {
	for s.open.depth > 0 {
		object := s.open.inObject()
		noting := object && s.noting()
		if noting {
			s.rec.ended(i)
		}
		if i = skipBlanks(s.text, i); i >= len(s.text) {
			return i, false, "the text ends inside an array or object"
		}
		switch c := s.text[i]; {
		case c == ',':
			if i = skipBlanks(s.text, i+1); object {
				i, reason = s.key(i)
			}
			return i, false, reason
		case object && c != '}':
			return i, false, "a comma or } was expected"
		case !object && c != ']':
			return i, false, "a comma or ] was expected"
		}
		i++
		s.leave(i, noting)
	}
	return i, true, ""
}

// scanKey validates `"key" :` and the white space around it, up to the member's value.
func scanKey(s string, i int) (end int, reason string) {
	if i >= len(s) || s[i] != '"' {
		return i, "a key in double quotes was expected"
	}
	if i, reason = scanString(s, i+1); reason != "" {
		return i, reason
	}
	i = skipBlanks(s, i)
	if i >= len(s) || s[i] != ':' {
		return i, "a colon was expected after the key"
	}
	return skipBlanks(s, i+1), ""
}

// literalAt returns the literal at s[i], or "".
func literalAt(s string, i int) string {
	for _, word := range [...]string{"null", "true", "false"} {
		if len(s)-i >= len(word) && s[i:i+len(word)] == word {
			return word
		}
	}
	return ""
}

// scanNumber returns the offset after the number at s[i], or -1 minus the offset where a digit is missing.
func scanNumber(s string, i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	first := i
	if i = skipDigits(s, i); i == first {
		return -i - 1
	}
	if s[first] == '0' {
		i = first + 1 // a leading zero ends the integer part
	}
	if i < len(s) && s[i] == '.' {
		from := i + 1
		if i = skipDigits(s, from); i == from {
			return -i - 1
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from := i
		if i = skipDigits(s, from); i == from {
			return -i - 1
		}
	}
	return i
}

func skipDigits(s string, i int) int {
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	return i
}

// skipBlanks returns the offset of the first byte at or after i that is not insignificant white space (RFC 8259
// section 2).
func skipBlanks(s string, i int) int {
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}
