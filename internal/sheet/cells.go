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

// The states of the scan for the end of a CSV row.
const (
	atStart  = iota // at the start of a cell
	inPlain         // in an unquoted cell, or after a closing quote
	inQuotes        // in a quoted cell, where a line end is part of the cell
	atQuote         // after a quote in a quoted cell: it closes the cell, unless another quote follows
)

// scan updates the state after a piece of a row. Only a quote at the start of a cell opens a quoted cell.
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

// splitCells splits the text of a row into cells and appends them to dst. Errors are of kind fault.Invalid.
func splitCells(dst []Cell, text []byte, delimiter byte) ([]Cell, error) {
	rest := string(text)
	for {
		if !strings.HasPrefix(rest, `"`) {
			plain, behind, more := strings.Cut(rest, string(rune(delimiter)))
			if strings.Contains(plain, `"`) {
				return dst, quoteError(len(dst), "an unquoted cell contains a quote: put the whole cell in quotes and double the quotes inside it")
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

// unquote reads a cell after its opening quote. behind is the text after the closing quote. ok is false if there
// is none.
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
