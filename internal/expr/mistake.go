package expr

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
)

// mistake is an error inside one text: where, and what to do. Before it leaves
// the package it becomes a fault that counts characters as people do.
type mistake struct {
	at   int // byte offset in the template's text; -1: not known yet
	kind fault.Kind
	text string
}

func (m *mistake) Error() string { return m.text }

func wrong(at int, format string, args ...any) *mistake {
	return &mistake{at: at, kind: fault.Invalid, text: fmt.Sprintf(format, args...)}
}

// asMistake returns the mistake in an error's chain.
func asMistake(err error) (*mistake, bool) { return errors.AsType[*mistake](err) }

// failed is a mistake that only an evaluation can meet; the node that is being
// evaluated adds the place.
func failed(format string, args ...any) *mistake { return wrong(-1, format, args...) }

// exhausted is what every budget says.
func exhausted(text string) *mistake { return &mistake{at: -1, kind: fault.Limit, text: text} }

// place writes "at character 5: ..." for a mistake in src.
func (m *mistake) place(src string) string {
	if m.at < 0 {
		return m.text
	}
	at := min(m.at, len(src))
	return fmt.Sprintf("at character %d: %s", utf8.RuneCountInString(src[:at])+1, m.text)
}

// outward turns an error in src into a fault of the operation. Errors of the
// Scope keep their kind and message.
func outward(op, field, src string, err error) error {
	if f, ok := errors.AsType[*fieldError](err); ok {
		field, src, err = f.field, f.source, f.cause
	}
	m, ours := asMistake(err)
	if !ours {
		return &fault.Error{Op: op, Kind: fault.KindOf(err), Field: field, Err: err}
	}
	return &fault.Error{Op: op, Kind: m.kind, Field: field, Message: m.place(src)}
}

// fieldError is an error at a place of a config tree.
type fieldError struct {
	field, source string
	cause         error
}

func (f *fieldError) Error() string { return f.field + ": " + f.cause.Error() }
func (f *fieldError) Unwrap() error { return f.cause }
