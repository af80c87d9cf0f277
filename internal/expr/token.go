package expr

import "strings"

// pieceKind tells what stands at one place of a template.
type pieceKind uint8

const (
	literalPiece    pieceKind = iota
	pathPiece                 // {{ $context.data.ref }}
	defaultPiece              // {{ $context.data.ref:main }}
	expressionPiece           // {{ upper($context.data.ref) }}
)

// piece is a stretch of literal text or one token of a template.
type piece struct {
	kind pieceKind
	text string // the literal, the expression's source, or the default
	path Path
	at   int // where the content starts in the template
}

// split cuts a template into its pieces.
func split(src string) ([]piece, error) {
	if len(src) > MaxTemplate {
		return nil, wrong(MaxTemplate, "a template may have at most %d KiB", MaxTemplate>>10)
	}
	var pieces []piece
	for i := 0; i < len(src); {
		open := strings.Index(src[i:], "{{")
		if open < 0 {
			pieces = append(pieces, piece{text: src[i:], at: i})
			break
		}
		if open > 0 {
			pieces = append(pieces, piece{text: src[i : i+open], at: i})
		}
		token, end, err := lexToken(src, i+open)
		if err != nil {
			return nil, err
		}
		pieces, i = append(pieces, token), end
	}
	return pieces, nil
}

// lexToken reads the token whose braces open at src[at] and returns the offset
// behind the braces that close it.
func lexToken(src string, at int) (piece, int, error) {
	from := skipBlanks(src, at+2)
	if strings.HasPrefix(src[from:], "}}") {
		return piece{}, 0, wrong(at, "this {{ }} is empty; write a variable or an expression, as in {{ $context.data.name }}")
	}
	if from < len(src) && src[from] == '$' {
		p, end, err := lexPath(src, from)
		if err != nil {
			return piece{}, 0, err
		}
		next := skipBlanks(src, end)
		switch {
		case strings.HasPrefix(src[next:], "}}"):
			return piece{kind: pathPiece, path: p, at: from}, next + 2, nil
		case strings.HasPrefix(src[next:], ":"):
			return lexDefault(src, at, from, next+1, p)
		}
	} else if name := rootless(src, from); name != "" {
		return piece{}, 0, wrong(from, "%s is no variable: a variable starts with its $root, as in {{ $context.data.%s }}", name, name)
	}
	end, err := expressionEnd(src, at, from)
	if err != nil {
		return piece{}, 0, err
	}
	return piece{kind: expressionPiece, text: src[from:end], at: from}, end + 2, nil
}

// lexDefault reads NocoBase's {{ path:default }}. The default is the text up to
// the closing braces, without blanks around it and without quotes if it has
// them; an empty one is none.
func lexDefault(src string, at, from, i int, p Path) (piece, int, error) {
	n := strings.Index(src[i:], "}}")
	if n < 0 {
		return piece{}, 0, unclosed(at)
	}
	text := strings.TrimSpace(src[i : i+n])
	if len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		text = text[1 : len(text)-1]
	} else if text == "" {
		return piece{kind: pathPiece, path: p, at: from}, i + n + 2, nil
	}
	return piece{kind: defaultPiece, path: p, text: text, at: from}, i + n + 2, nil
}

func unclosed(at int) *mistake {
	return wrong(at, `this {{ is not closed; a variable is written {{ $context.data.name }}, and two braces as text {{ "{{" }}`)
}

// rootless returns the plain path that fills a token, as in {{ name }} and
// {{ x:1 }}, which no root makes a variable.
func rootless(src string, from int) string {
	if from >= len(src) || src[from]-'0' <= 9 {
		return ""
	}
	end := nameEnd(src, from)
	if end == from {
		return ""
	}
	switch src[from:end] {
	case "true", "false", "nil":
		return ""
	}
	for {
		_, next, err := lexSegment(src, end)
		if err != nil || next == end {
			break
		}
		end = next
	}
	next := skipBlanks(src, end)
	if strings.HasPrefix(src[next:], "}}") || strings.HasPrefix(src[next:], ":") && !strings.HasPrefix(src[next:], "::") {
		return src[from:end]
	}
	return ""
}

// expressionEnd finds the braces that close the token opened at src[at], whose
// expression starts at src[i]. Braces of maps, strings and comments inside the
// expression are stepped over.
func expressionEnd(src string, at, i int) (int, error) {
	for depth := 0; i < len(src); {
		switch src[i] {
		case '"', '\'', '`':
			end := stringEnd(src, i)
			if end < 0 {
				return 0, wrong(i, "this string is not closed")
			}
			i = end
			continue
		case '/':
			if end := commentEnd(src, i); end > i {
				i = end
				continue
			}
		case '{':
			depth++
		case '}':
			if depth > 0 {
				depth--
			} else if strings.HasPrefix(src[i:], "}}") {
				return i, nil
			} else {
				return 0, wrong(i, "a single } closes nothing here; a token ends with }}")
			}
		}
		i++
	}
	return 0, unclosed(at)
}

// stringEnd returns the offset behind the string literal at src[i], or -1.
func stringEnd(src string, i int) int {
	quote := src[i]
	for j := i + 1; j < len(src); j++ {
		switch {
		case src[j] == quote:
			return j + 1
		case src[j] == '\\' && quote != '`':
			j++
		case src[j] == '\n' && quote != '`':
			return -1
		}
	}
	return -1
}

// commentEnd returns the offset behind the comment at src[i], or i when there
// is none. A line comment also ends at the braces that close a token.
func commentEnd(src string, i int) int {
	switch {
	case strings.HasPrefix(src[i:], "//"):
		for j := i; j < len(src); j++ {
			if src[j] == '\n' || strings.HasPrefix(src[j:], "}}") {
				return j
			}
		}
		return len(src)
	case strings.HasPrefix(src[i:], "/*"):
		if n := strings.Index(src[i+2:], "*/"); n >= 0 {
			return i + 2 + n + 2
		}
		return len(src)
	default:
		return i
	}
}
