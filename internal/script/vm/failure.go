package vm

import (
	"fmt"
	"strconv"
	"strings"

	lib "modernc.org/libquickjs"
)

// failure takes the pending exception and describes it.
func (m *VM) failure() *Error {
	return m.describe(lib.XJS_GetException(m.tls, m.ctx))
}

func (m *VM) stopped() *Error {
	return &Error{Kind: Stopped, Message: "the script was stopped"}
}

func (m *VM) memoryExceeded() *Error {
	return &Error{Kind: Memory, Message: fmt.Sprintf("the script needs more than its %d bytes of memory", m.run.Memory)}
}

func tooLarge(n, limit int) *Error {
	return &Error{Kind: TooLarge, Message: fmt.Sprintf("the result is %d bytes of JSON, the limit is %d: return less, or store it", n, limit)}
}

// describe turns a thrown value into an Error. Reading it can run the script's own getters, so the deadline
// still applies.
func (m *VM) describe(thrown lib.TJSValue) *Error {
	if m.run.stop.Load() {
		return m.stopped()
	}
	refused := m.heap.refusals > 0
	if refused && tagOf(thrown) == lib.EJS_TAG_NULL {
		return m.memoryExceeded() // there was not enough memory for the error either
	}
	m.runtime().Fmalloc_ctx.Fmalloc_state.Fmalloc_limit += describeReserve
	m.run.thrown = nil
	v := m.call(m.hooks.describe, thrown)
	switch e := m.run.thrown; {
	case m.run.stop.Load():
		return m.stopped()
	case refused && (isException(v) || e == nil || e.Message == "out of memory"):
		return m.memoryExceeded()
	case isException(v) || e == nil:
		return &Error{Kind: Threw, Message: "the script threw a value that cannot be shown"}
	default:
		return e
	}
}

// lineOf finds the innermost frame of the script in a stack trace, such as "at f (script:3:7)".
func lineOf(stack string) int {
	_, rest, ok := strings.Cut(stack, scriptName+":")
	if !ok {
		return 0
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
