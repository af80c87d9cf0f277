package sheet

import (
	"bytes"
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// Cell is one cell of a CSV row.
type Cell struct {
	Text   string
	Quoted bool
}

// The states in which a CSV row is scanned for its end.
const (
	atStart  = iota // of a cell
	inPlain         // in a cell without quotes, or behind the closing one
	inQuotes        // where a line end is a part of the cell
	atQuote         // behind a quote within quotes: it ends them, unless another follows
)

// scan follows the quotes of a piece of a row. Only a quote at the start of a cell opens one.
func scan(state int, piece []byte, delimiter byte) int {
	if (state == atStart || state == inPlain) && len(piece) > 0 && bytes.IndexByte(piece, '"') < 0 {
		if piece[len(piece)-1] == delimiter {
			return atStart
		}
		return inPlain
	}
	for _, b := range piece {
		switch state {
		case inQuotes:
			if b == '"' {
				state = atQuote
			}
		case atQuote:
			switch b {
			case '"':
				state = inQuotes
			case delimiter:
				state = atStart
			default:
				state = inPlain
			}
		case atStart:
			switch b {
			case '"':
				state = inQuotes
			case delimiter:
			default:
				state = inPlain
			}
		case inPlain:
			if b == delimiter {
				state = atStart
			}
		}
	}
	return state
}

// splitCells splits the text of a row into cells and appends them to dst.
func splitCells(dst []Cell, text []byte, delimiter byte) ([]Cell, error) {
	rest := string(text)
	for {
		if !strings.HasPrefix(rest, `"`) {
			plain, behind, more := strings.Cut(rest, string(rune(delimiter)))
			if strings.Contains(plain, `"`) {
				return dst, quoteError(len(dst), "a quote stands in a cell without quotes around it: put the whole cell into quotes and double the quotes within")
			}
			dst = append(dst, Cell{Text: plain})
			if !more {
				return dst, nil
			}
			rest = behind
			continue
		}
		cell, behind, ok := unquote(rest[1:])
		if !ok {
			return dst, quoteError(len(dst), "a quote is not closed")
		}
		dst = append(dst, Cell{Text: cell, Quoted: true})
		switch {
		case behind == "":
			return dst, nil
		case behind[0] != delimiter:
			return dst, quoteError(len(dst)-1, "there is something behind the closing quote: double the quotes within a cell")
		}
		rest = behind[1:]
	}
}

// unquote reads a cell behind its opening quote, and returns what follows the closing one.
func unquote(rest string) (cell, behind string, ok bool) {
	end := strings.IndexByte(rest, '"')
	if end < 0 {
		return "", "", false
	}
	if end+1 == len(rest) || rest[end+1] != '"' {
		return rest[:end], rest[end+1:], true
	}
	var b strings.Builder
	for {
		end := strings.IndexByte(rest, '"')
		if end < 0 {
			return "", "", false
		}
		b.WriteString(rest[:end])
		if end+1 == len(rest) || rest[end+1] != '"' {
			return b.String(), rest[end+1:], true
		}
		b.WriteByte('"')
		rest = rest[end+2:]
	}
}

func quoteError(column int, what string) error {
	return fault.New("sheet.Next", fault.Invalid, "column %d: %s", column+1, what)
}
