package script

import (
	"errors"
	"strconv"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/script/vm"
)

// Kind says why a run has no result.
type Kind uint8

// The kinds of errors.
const (
	Threw    Kind = iota // the script threw, or awaits a promise that can never settle
	Syntax               // the source does not compile
	Timeout              // the time limit was reached
	Memory               // the memory limit was reached
	TooLarge             // the source, input or result exceeds its limit
	Killed               // the worker died or could not be started; a retry may succeed
	Canceled             // the caller gave up
)

// String returns the kind's name as logs show it.
func (k Kind) String() string {
	return [...]string{"threw", "syntax", "timeout", "memory", "too large", "killed", "canceled"}[k]
}

// fault returns the kind as a fault.Kind.
func (k Kind) fault() fault.Kind {
	return [...]fault.Kind{
		fault.Invalid, fault.Invalid, fault.Timeout, fault.Limit, fault.TooLarge, fault.Unavailable, fault.Canceled,
	}[k]
}

// Error reports a run that ended without a result.
type Error struct {
	Kind    Kind
	Name    string // the exception's name, such as TypeError; only when the script threw an error
	Message string // for people; if the script threw, the script's own message
	Line    int    // line in the source, starting at 1; 0 if unknown
}

func (e *Error) Error() string {
	s := e.Message
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	if e.Line > 0 {
		s += " (line " + strconv.Itoa(e.Line) + ")"
	}
	return s
}

// Unwrap returns a *fault.Error with the complete text as its message.
func (e *Error) Unwrap() error { return fault.New("script.Do", e.Kind.fault(), "%s", e.Error()) }

func killed(message string) *Error { return &Error{Kind: Killed, Message: message} }

// fromVM converts an error of the VM. A stop is reported as a timeout.
func fromVM(err error) *Error {
	var e *vm.Error
	if !errors.As(err, &e) {
		return killed(err.Error())
	}
	kinds := [...]Kind{vm.Threw: Threw, vm.Syntax: Syntax, vm.Memory: Memory, vm.Stopped: Timeout, vm.TooLarge: TooLarge}
	return &Error{Kind: kinds[e.Kind], Name: e.Name, Message: e.Message, Line: e.Line}
}
