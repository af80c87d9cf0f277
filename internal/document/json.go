package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// readJSON reads the single document of a JSON file.
func readJSON(name string, text []byte) ([]Source, []Problem) {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")) // a byte order mark may be ignored: RFC 8259 section 8.1
	if _, err := value.Parse(string(text), value.Limits{Depth: MaxDepth, Bytes: MaxFile}); err != nil {
		p := Problem{Code: errorcode.Syntax, File: name, Message: err.Error()}
		if syntax, ok := errors.AsType[*value.SyntaxError](err); ok {
			p.Line = 1 + strings.Count(string(text[:min(syntax.Offset, len(text))]), "\n")
			p.Message = "not valid JSON: " + syntax.Reason
		}
		return nil, []Problem{p}
	}
	r := &jsonReader{source: Source{File: name}, decoder: json.NewDecoder(strings.NewReader(string(text)))}
	r.decoder.UseNumber()
	for i, c := range text {
		if c == '\n' {
			r.breaks = append(r.breaks, i)
		}
	}
	r.source.root = r.tree("")
	return []Source{r.source}, r.problems
}

// jsonReader reads a text that value.Parse has found valid, and keeps track of lines.
type jsonReader struct {
	source   Source
	decoder  *json.Decoder
	breaks   []int // offsets of line breaks
	entries  int
	problems []Problem
}

// token returns the next token and its line.
func (r *jsonReader) token() (json.Token, int) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, 0
	}
	return token, 1 + sort.SearchInts(r.breaks, int(r.decoder.InputOffset()))
}

func (r *jsonReader) problem(code, path string, line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{Code: code, File: r.source.File, Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
	r.source.broken = append(r.source.broken, path)
}

func (r *jsonReader) tree(path string) *tree {
	token, line := r.token()
	if r.entries++; r.entries == MaxEntries+1 {
		r.problem(errorcode.TooLarge, "", line, "the document is too large: at most %d values", MaxEntries)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return r.list(path, line)
		}
		return r.object(path, line)
	case string:
		return &tree{kind: value.KindString, text: quoted(token), line: line}
	case json.Number:
		if len(token) > maxNumber {
			r.problem(errorcode.TooLarge, path, line, "the number is too long; put it in quotes if it is text")
			return &tree{kind: value.KindNull, text: "null", line: line}
		}
		return &tree{kind: value.KindNumber, text: string(token), line: line}
	case bool:
		return &tree{kind: value.KindBool, text: value.Bool(token).Text(), line: line}
	default:
		return &tree{kind: value.KindNull, text: "null", line: line}
	}
}

func (r *jsonReader) list(path string, line int) *tree {
	t := &tree{kind: value.KindArray, line: line}
	for r.decoder.More() {
		t.children = append(t.children, r.tree(decode.Join(path, decode.Index(len(t.children)))))
	}
	r.token()
	return t
}

func (r *jsonReader) object(path string, line int) *tree {
	t := &tree{kind: value.KindObject, line: line}
	seen := make(map[string]int)
	for r.decoder.More() {
		token, at := r.token()
		key, _ := token.(string)
		place := decode.Join(path, decode.Name(key))
		kid := r.tree(place)
		if first, twice := seen[key]; twice {
			r.problem(errorcode.Duplicate, place, at, "%s is given twice, first on line %d; keep one", decode.Quote(key), first)
			continue
		}
		seen[key] = at
		t.keys, t.at, t.children = append(t.keys, key), append(t.at, at), append(t.children, kid)
	}
	r.token()
	return t
}
