package vm

import (
	"cmp"
	"math/rand/v2"
	"sync/atomic"
	"unicode/utf16"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// Input describes one run. All texts except Source are JSON.
type Input struct {
	Source  string // the body of an async function
	Context string // object; becomes the global context
	Body    string // becomes context.data, and its text is remembered; "" if Context has its own data
	Nodes   string // becomes the global nodes, parsed when the script first uses it
	Env     string // object of strings; becomes the global env
	Memory  int64  // bytes that the run may use in addition to the engine's own
	Result  int    // longest result, in bytes of JSON

	Log  func(level, text string) // called for each console line
	Stop *atomic.Bool             // set by another goroutine to end the run
}

// run is the part of a run's state that host functions use.
type run struct {
	Input
	stop   *atomic.Bool
	thrown *Error // the exception that the prelude reported
}

// Kind says why a run has no result.
type Kind uint8

// The kinds of errors.
const (
	Threw    Kind = iota // an exception, or a promise that can never settle
	Syntax               // the source does not compile
	Memory               // the memory limit was reached
	Stopped              // Input.Stop was set
	TooLarge             // the result is longer than Input.Result
)

// Error reports a run that ended without a result. If the script threw, Message is the script's own text.
type Error struct {
	Kind    Kind
	Name    string // the exception's name, such as TypeError; "" for thrown values that are not errors
	Message string
	Line    int // line in the source, starting at 1; 0 if unknown
}

func (e *Error) Error() string {
	if e.Name == "" {
		return e.Message
	}
	return e.Name + ": " + e.Message
}

const (
	opening = "(async function () {"
	closing = "\n})"

	// describeReserve is added to the memory limit while an exception is described, so that running out of
	// memory can still be reported.
	describeReserve = 1 << 20
)

// Run runs a script in a fresh VM and returns its result as JSON text. The error is an *Error.
func (m *VM) Run(in Input) (string, error) {
	m.start(in)
	defer func() { m.run = nil }()
	if isException(m.begin(in)) {
		return "", m.failure()
	}
	f, err := m.compile(in.Source)
	if err != nil {
		return "", err
	}
	promise := m.call(f)
	if isException(promise) {
		return "", m.failure()
	}
	return m.await(promise)
}

// begin defines the globals of a run. The result may be an exception.
func (m *VM) begin(in Input) lib.TJSValue {
	env := m.parse(cmp.Or(in.Env, "{}"))
	if isException(env) {
		return env
	}
	context := m.parse(cmp.Or(in.Context, "{}"))
	if isException(context) {
		return context
	}
	return m.call(m.hooks.begin, env, context, boolean(in.Body != ""))
}

func (m *VM) runtime() *lib.TJSRuntime { return (*lib.TJSRuntime)(m.pointer(m.rt)) }
func (m *VM) context() *lib.TJSContext { return (*lib.TJSContext)(m.pointer(m.ctx)) }

// pointer converts an address in the region to a Go pointer.
func (m *VM) pointer(p uintptr) unsafe.Pointer {
	return unsafe.Add(m.heap.base, p-uintptr(m.heap.base))
}

// start prepares the VM for a run.
func (m *VM) start(in Input) {
	m.Reset()
	m.dirty = true
	m.run = &run{Input: in, stop: in.Stop}
	used := m.runtime().Fmalloc_ctx.Fmalloc_state.Fmalloc_size
	lib.XJS_SetMemoryLimit(m.tls, m.rt, used+lib.Tsize_t(in.Memory))
	// The image includes the state of the random generator. Without a new seed, every run would draw the same
	// numbers.
	m.context().Frandom_state = rand.Uint64() | 1
}

// compile compiles the source to a function. It rejects a source that closes its function and continues after
// it.
func (m *VM) compile(source string) (lib.TJSValue, error) {
	whole := opening + source + closing
	f := m.eval(whole, lib.MJS_EVAL_TYPE_GLOBAL)
	if isException(f) {
		return f, m.syntaxError()
	}
	n := integer(utf16Len(whole) - len("()"))
	if isException(m.call(m.hooks.isWhole, lib.XDupValue(m.tls, m.ctx, f), n)) {
		return f, m.syntaxError()
	}
	return f, nil
}

func (m *VM) syntaxError() *Error {
	err := m.failure()
	if err.Kind == Threw {
		err.Kind = Syntax
	}
	return err
}

// utf16Len returns the length of s in JavaScript.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// await runs pending jobs until none is left, and returns the result of the promise.
func (m *VM) await(promise lib.TJSValue) (string, error) {
	for {
		n := lib.XJS_ExecutePendingJob(m.tls, m.rt, m.scratch)
		if m.run.stop.Load() {
			return "", m.stopped()
		}
		if n == 0 {
			break
		}
		if n < 0 {
			m.free(lib.XJS_GetException(m.tls, m.ctx))
		}
	}
	switch lib.XJS_PromiseState(m.tls, m.ctx, promise) {
	case lib.EJS_PROMISE_FULFILLED:
		return m.result(lib.XJS_PromiseResult(m.tls, m.ctx, promise))
	case lib.EJS_PROMISE_REJECTED:
		return "", m.describe(lib.XJS_PromiseResult(m.tls, m.ctx, promise))
	default:
		return "", &Error{Kind: Threw, Message: "the script waits for a promise that nothing will ever settle"}
	}
}

// result writes the returned value as JSON.
func (m *VM) result(v lib.TJSValue) (string, error) {
	text := m.call(m.hooks.exact, v)
	if isException(text) {
		return "", m.failure()
	}
	if isUndefined(text) {
		return "null", nil
	}
	s, n, ok := m.textUpTo(text, m.run.Result)
	switch {
	case !ok:
		return "", m.failure()
	case n > m.run.Result:
		return "", tooLarge(n, m.run.Result)
	}
	return s, nil
}
