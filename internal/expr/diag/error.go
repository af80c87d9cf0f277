package diag

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
)

// Error is an error inside one text: where it is, and what to do.
type Error struct {
	At   int // byte offset in the text; -1: not known yet
	kind fault.Kind
	text string
}

func (m *Error) Error() string { return m.text }

// At returns an error at a byte offset.
func At(at int, format string, args ...any) *Error {
	return &Error{At: at, kind: fault.Invalid, text: fmt.Sprintf(format, args...)}
}

// AsError returns the Error in an error's chain.
func AsError(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// Failed returns an error without a position. The node that is being evaluated adds it.
func Failed(format string, args ...any) *Error { return At(-1, format, args...) }

// OverBudget returns the error for an exhausted budget, of kind fault.Limit.
func OverBudget(text string) *Error { return &Error{At: -1, kind: fault.Limit, text: text} }

// Locate returns the message for an error in src: "at character 5: ...".
func (m *Error) Locate(src string) string {
	if m.At < 0 {
		return m.text
	}
	at := min(m.At, len(src))
	return fmt.Sprintf("at character %d: %s", utf8.RuneCountInString(src[:at])+1, m.text)
}

// ToFault turns an error in src into a fault of operation op. Errors from the Scope keep their kind and message.
func ToFault(op, field, src string, err error) error {
	if f, ok := errors.AsType[*FieldError](err); ok {
		field, src, err = f.Field, f.Source, f.Cause
	}
	m, ours := AsError(err)
	if !ours {
		return &fault.Error{Op: op, Kind: fault.KindOf(err), Field: field, Err: err}
	}
	return &fault.Error{Op: op, Kind: m.kind, Field: field, Message: m.Locate(src)}
}

// FieldError is an error in one field of a config tree.
type FieldError struct {
	Field, Source string
	Cause         error
}

func (f *FieldError) Error() string { return f.Field + ": " + f.Cause.Error() }
func (f *FieldError) Unwrap() error { return f.Cause }

// MoveTo returns the error with another position.
func MoveTo(err error, at int) error {
	if m, ok := AsError(err); ok {
		return &Error{At: at, kind: m.kind, text: m.text}
	}
	return err
}

// Shift adds the offset of the error's text within a larger text to its position.
func Shift(err error, by int) error {
	if m, ok := AsError(err); ok {
		return &Error{At: m.At + by, kind: m.kind, text: m.text}
	}
	return err
}

// Clip shortens text from a template for a message.
func Clip(s string) string {
	const most = 40
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
