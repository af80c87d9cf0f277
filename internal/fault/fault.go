package fault

import (
	"errors"
	"fmt"
)

// Kind classifies an error. The list is closed: every consumer switches over it.
type Kind uint8

// The kinds. Internal is the zero value, so that an unclassified error counts as our own fault.
const (
	Internal     Kind = iota // a bug or a failure inside the server
	Invalid                  // the input is wrong; the message says what to change
	NotFound                 // no such thing
	Conflict                 // it contradicts existing data
	Unauthorized             // the caller is not authenticated
	Forbidden                // the caller is authenticated but not allowed
	TooLarge                 // a size limit is exceeded
	Unsupported              // valid, but not implemented or not for this type
	Unavailable              // retry later: full, shutting down, locked
	Timeout                  // it took longer than allowed
	Canceled                 // cancellation was requested
	Limit                    // an execution limit is exceeded
)

var kindNames = [...]string{
	"internal", "invalid", "not-found", "conflict", "unauthorized", "forbidden",
	"too-large", "unsupported", "unavailable", "timeout", "canceled", "limit",
}

// String returns the kind's name as it appears in problem types and logs.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Error is an error with what a caller needs to respond and an operator needs to act.
type Error struct {
	Op      string // the operation, as package.Verb; for the log
	Kind    Kind
	Field   string // the path of the offending field, if there is one
	Message string // for people; contains no secrets and no internals
	Err     error  // the cause; for the log only
}

// Error returns the text for the log: operation, message and cause.
func (e *Error) Error() string {
	text := e.Message
	if text == "" {
		text = e.Kind.String()
	}
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error with a message for people.
func New(op string, kind Kind, format string, args ...any) *Error {
	return &Error{Op: op, Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Field returns an Invalid error about one field.
func Field(op, field, format string, args ...any) *Error {
	return &Error{Op: op, Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Wrap adds an operation to a cause and keeps its kind. Message still finds the cause's message. Wrap returns nil
// for nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Kind: KindOf(err), Err: err}
}

// As classifies an error from outside: kind and message are the caller's, and the cause is kept for the log.
func As(op string, kind Kind, err error, format string, args ...any) *Error {
	return &Error{Op: op, Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// KindOf returns the kind of the outermost Error in err's chain, or Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Message returns the text for people: the first message in the chain, with its field. If there is none it returns
// a neutral sentence, so that no internals leak.
func Message(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Message != "" {
			if e.Field != "" {
				return e.Field + ": " + e.Message
			}
			return e.Message
		}
		if e.Err == nil {
			break
		}
		err = e.Err
		e = nil
	}
	return "internal error"
}
