package fault

import (
	"errors"
	"fmt"
)

// Kind says what class of thing went wrong. The list is closed: every consumer switches over it.
type Kind uint8

// The kinds. Internal is the zero value, so an error that nobody classified is our own fault.
const (
	Internal     Kind = iota // a defect or a failure of our own machinery
	Invalid                  // the input is wrong; the message says what to change
	NotFound                 // no such thing
	Conflict                 // it contradicts something that exists
	Unauthorized             // who calls is not proven
	Forbidden                // who calls is known and may not
	TooLarge                 // a size limit is exceeded
	Unsupported              // legal, but not built yet or not for this type
	Unavailable              // try again later: full, shutting down, locked
	Timeout                  // it took longer than allowed
	Canceled                 // somebody asked to stop
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

// Error is an error with everything a caller needs to answer and an operator needs to act.
type Error struct {
	Op      string // the operation, as package.Verb; for the log
	Kind    Kind
	Field   string // the path of the offending field, when there is one
	Message string // for people; never holds a secret nor anything from inside
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

// New makes an error whose message is meant for people.
func New(op string, kind Kind, format string, args ...any) *Error {
	return &Error{Op: op, Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Field makes an Invalid error about one field.
func Field(op, field, format string, args ...any) *Error {
	return &Error{Op: op, Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Wrap adds an operation to a cause and keeps the cause's kind and message. It returns nil for nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Kind: KindOf(err), Err: err}
}

// As classifies a foreign error: kind and message are ours, the cause is kept for the log.
func As(op string, kind Kind, err error, format string, args ...any) *Error {
	return &Error{Op: op, Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// KindOf returns the kind of the outermost classified error in err's chain.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Message returns the text for people: the first message in the chain that we wrote, with its field.
// An error nobody wrote a message for yields a neutral sentence, so nothing from inside leaks.
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
