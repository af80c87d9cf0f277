package lex

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/variable"
)

// pieceKind is the type of a Piece.
type pieceKind uint8

// The types of a Piece.
const (
	LiteralPiece    pieceKind = iota
	pathPiece                 // {{ $context.data.ref }}
	DefaultPiece              // {{ $context.data.ref:main }}
	ExpressionPiece           // {{ upper($context.data.ref) }}
)

// Piece is a stretch of literal text or one token of a template.
type Piece struct {
	Kind pieceKind
	Text string // the literal, the expression's source, or the default
	Path variable.Path
	At   int // offset of the content in the template
}

// Split splits a template into its pieces.
func Split(src string) ([]Piece, error) {
	if len(src) > MaxTemplate {
		return nil, diag.At(MaxTemplate, "a template may have at most %d KiB", MaxTemplate>>10)
	}
	var pieces []Piece
	for i := 0; i < len(src); {
		open := strings.Index(src[i:], "{{")
		if open < 0 {
			pieces = append(pieces, Piece{Text: src[i:], At: i})
			break
		}
		if open > 0 {
			pieces = append(pieces, Piece{Text: src[i : i+open], At: i})
		}
		token, end, err := readToken(src, i+open)
		if err != nil {
			return nil, err
		}
		pieces, i = append(pieces, token), end
	}
	return pieces, nil
}

// readToken reads the token whose braces open at src[at] and returns the offset after its closing braces.
func readToken(src string, at int) (Piece, int, error) {
	from := variable.SkipSpace(src, at+2)
	if strings.HasPrefix(src[from:], "}}") {
		return Piece{}, 0, diag.At(at, "this {{ }} is empty; write a variable or an expression, as in {{ $context.data.name }}")
	}
	if from < len(src) && src[from] == '$' {
		p, end, err := variable.Read(src, from)
		if err != nil {
			return Piece{}, 0, err
		}
		next := variable.SkipSpace(src, end)
		switch {
		case strings.HasPrefix(src[next:], "}}"):
			return Piece{Kind: pathPiece, Path: p, At: from}, next + 2, nil
		case strings.HasPrefix(src[next:], ":"):
			return readDefault(src, at, from, next+1, p)
		}
	} else if name := pathWithoutRoot(src, from); name != "" {
		return Piece{}, 0, diag.At(from, "%s is not a variable: a variable starts with its $root, as in {{ %s }}", name, withRoot(name))
	}
	end, err := expressionEnd(src, at, from)
	if err != nil {
		return Piece{}, 0, err
	}
	return Piece{Kind: ExpressionPiece, Text: src[from:end], At: from}, end + 2, nil
}

// readDefault reads NocoBase's {{ path:default }}. The default is the text up to the closing braces, without white
// space around it and without enclosing quotes. An empty default counts as none.
func readDefault(src string, at, from, i int, p variable.Path) (Piece, int, error) {
	n := strings.Index(src[i:], "}}")
	if n < 0 {
		return Piece{}, 0, unclosed(at)
	}
	text := strings.TrimSpace(src[i : i+n])
	if len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		text = text[1 : len(text)-1]
	} else if text == "" {
		return Piece{Kind: pathPiece, Path: p, At: from}, i + n + 2, nil
	}
	return Piece{Kind: DefaultPiece, Path: p, Text: text, At: from}, i + n + 2, nil
}

func unclosed(at int) *diag.Error {
	return diag.At(at, `this {{ is not closed; a variable is written {{ $context.data.name }}, and two braces as text {{ "{{" }}`)
}

// pathWithoutRoot returns the plain path that fills a token, as in {{ name }} and {{ x:1 }}. Without a root it is
// not a variable.
func pathWithoutRoot(src string, from int) string {
	if from >= len(src) || src[from]-'0' <= 9 {
		return ""
	}
	end := variable.NameEnd(src, from)
	if end == from {
		return ""
	}
	switch src[from:end] {
	case "true", "false", "nil":
		return ""
	}
	for {
		next, err := variable.SegmentEnd(src, end)
		if err != nil || next == end {
			break
		}
		end = next
	}
	next := variable.SkipSpace(src, end)
	if strings.HasPrefix(src[next:], "}}") || strings.HasPrefix(src[next:], ":") && !strings.HasPrefix(src[next:], "::") {
		return src[from:end]
	}
	return ""
}

// withRoot guesses which variable the author of a path without a root meant.
func withRoot(name string) string {
	first, _, _ := strings.Cut(name, ".")
	switch {
	case slices.Contains(variable.Roots(), first):
		return "$" + name
	case first == "data" || first == "headers" || first == "query" || first == "params":
		return "$context." + name
	default:
		return "$context.data." + name
	}
}

// expressionEnd returns the offset of the braces that close the token opened at src[at], whose expression starts at
// src[i]. It skips braces in maps, strings and comments.
func expressionEnd(src string, at, i int) (int, error) {
	for depth := 0; i < len(src); {
		switch src[i] {
		case '"', '\'', '`':
			end := stringEnd(src, i)
			if end < 0 {
				return 0, diag.At(i, "this string is not closed")
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
				return 0, diag.At(i, "a single } closes nothing here; a token ends with }}")
			}
		}
		i++
	}
	return 0, unclosed(at)
}

// stringEnd returns the offset after the string literal at src[i], or -1 if it is not closed.
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

// commentEnd returns the offset after the comment at src[i], or i if there is none. A line comment also ends at the
// braces that close a token.
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
