package script

import (
	"errors"
	"strconv"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/script/vm"
)

// Kind says why a run gave no result.
type Kind uint8

// The kinds.
const (
	Threw    Kind = iota // the script threw, or waits for a promise that nothing settles
	Syntax               // the source does not compile
	Timeout              // the time limit was reached
	Memory               // the memory limit was reached
	TooLarge             // source, input or result exceed their limit
	Killed               // the worker died or could not be started; trying again may help
	Canceled             // the caller gave up
)

// String returns the kind's name as logs show it.
func (k Kind) String() string {
	return [...]string{"threw", "syntax", "timeout", "memory", "too large", "killed", "canceled"}[k]
}

// fault is the kind as other packages know it.
func (k Kind) fault() fault.Kind {
	return [...]fault.Kind{
		fault.Invalid, fault.Invalid, fault.Timeout, fault.Limit, fault.TooLarge, fault.Unavailable, fault.Canceled,
	}[k]
}

// Error is the end of a run without a result.
type Error struct {
	Kind    Kind
	Name    string // the exception's name, such as TypeError; only when the script threw an error
	Message string // for people; where the script threw, the script's own words
	Line    int    // line in the source, from 1; 0 when unknown
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

// Unwrap makes the error one of package fault's, with the whole text as its message.
func (e *Error) Unwrap() error { return fault.New("script.Do", e.Kind.fault(), "%s", e.Error()) }

func killed(message string) *Error { return &Error{Kind: Killed, Message: message} }

// fromVM translates the VM's error. A stop is taken for the deadline's.
func fromVM(err error) *Error {
	var e *vm.Error
	if !errors.As(err, &e) {
		return killed(err.Error())
	}
	kinds := [...]Kind{vm.Threw: Threw, vm.Syntax: Syntax, vm.Memory: Memory, vm.Stopped: Timeout, vm.TooLarge: TooLarge}
	return &Error{Kind: kinds[e.Kind], Name: e.Name, Message: e.Message, Line: e.Line}
}
