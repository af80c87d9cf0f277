package value

import "fmt"

// nesting remembers for each open container whether it is an object. One bit a
// level keeps it on the goroutine's stack, so depth costs no memory and no
// recursion.
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

// scanValue validates the value that starts at s[i], which is no blank. It
// returns the offset behind it, or the offset and reason of the first fault.
// rec, unless it is nil, is told where members stand.
func scanValue(s string, i, maxDepth int, rec *recorder) (end int, reason string) {
	var open nesting
	for {
		// Here a value must start.
		if i >= len(s) {
			return i, "a value was expected, but the text ends"
		}
		switch c := s[i]; {
		case c == '"':
			if i, reason = scanString(s, i+1); reason != "" {
				return i, reason
			}
		case c == '{' || c == '[':
			if open.depth == maxDepth {
				return i, fmt.Sprintf("arrays and objects nest deeper than %d", maxDepth)
			}
			open.push(c == '{')
			if rec != nil && c == '{' {
				rec.open(i, open.depth)
			}
			i = skipBlanks(s, i+1)
			if i < len(s) && s[i] == c+2 { // '}' and ']' follow their opening by two
				i++
				if rec != nil && rec.depth == open.depth && c == '{' {
					rec.close(s, i)
				}
				open.depth--
				break
			}
			if c == '{' {
				key := i
				if i, reason = scanKey(s, i); reason != "" {
					return i, reason
				}
				if rec != nil && rec.depth == open.depth {
					rec.member(key, i)
				}
			}
			continue
		case c == '-' || '0' <= c && c <= '9':
			n := scanNumber(s, i)
			if n < 0 {
				return -n - 1, "a digit was expected in this number"
			}
			i = n
		default:
			word := literalAt(s, i)
			if word == "" {
				return i, "a value was expected"
			}
			i += len(word)
		}
		// Here a value has ended: close what closes, or go to the next one.
		for {
			if open.depth == 0 {
				return i, ""
			}
			object := open.inObject()
			noting := rec != nil && object && rec.depth == open.depth
			if noting {
				rec.ended(i)
			}
			i = skipBlanks(s, i)
			if i >= len(s) {
				return i, "the text ends inside an array or object"
			}
			if c := s[i]; c == ',' {
				i = skipBlanks(s, i+1)
				if object {
					key := i
					if i, reason = scanKey(s, i); reason != "" {
						return i, reason
					}
					if noting {
						rec.member(key, i)
					}
				}
				break
			} else if object && c != '}' {
				return i, "a comma or } was expected"
			} else if !object && c != ']' {
				return i, "a comma or ] was expected"
			}
			i++
			if noting {
				rec.close(s, i)
			}
			open.depth--
		}
	}
}

// scanKey validates `"key" :` and the blanks around, up to the member's value.
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

// literalAt returns the literal that starts at s[i], or nothing.
func literalAt(s string, i int) string {
	for _, word := range [...]string{"null", "true", "false"} {
		if len(s)-i >= len(word) && s[i:i+len(word)] == word {
			return word
		}
	}
	return ""
}

// scanNumber returns the offset behind the number at s[i], or -1 minus the
// offset where a digit was missing.
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

// skipBlanks returns the offset of the first byte at or after i that is not
// insignificant white space (RFC 8259 section 2).
func skipBlanks(s string, i int) int {
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}
