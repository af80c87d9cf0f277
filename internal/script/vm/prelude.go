package vm

import (
	_ "embed"
	"errors"

	lib "modernc.org/libquickjs"
)

// scriptName is the file name of the user's source in stack traces.
const scriptName = "script"

// hooks are the functions of the prelude that the host calls. They are part of the image.
type hooks struct {
	begin    lib.TJSValue // (env, context): defines the globals of a run
	isWhole  lib.TJSValue // (function, length): throws unless the function is all of the source
	exact    lib.TJSValue // (value): JSON text with BigInts written out
	describe lib.TJSValue // (thrown): reports name, message and stack to the host
}

// The parts of the prelude, in order. Together they are the body of one function, whose only argument is the
// table of host functions.
var (
	//go:embed prelude/base.js
	baseJS string
	//go:embed prelude/json.js
	jsonJS string
	//go:embed prelude/console.js
	consoleJS string
	//go:embed prelude/buffer.js
	bufferJS string
	//go:embed prelude/crypto.js
	cryptoJS string
	//go:embed prelude/url.js
	urlJS string
	//go:embed prelude/run.js
	runJS string
)

// prelude evaluates the prelude. Its source and line numbers are stripped: a script that prints one of its
// functions sees a native function, and the lines in stack traces are the script's own.
func (m *VM) prelude() error {
	source := "(function (host) {\n'use strict';\n" +
		baseJS + jsonJS + consoleJS + bufferJS + cryptoJS + urlJS + runJS + "\n})"
	lib.XJS_SetStripInfo(m.tls, m.rt, lib.MJS_STRIP_DEBUG)
	f := m.eval(source, lib.MJS_EVAL_TYPE_GLOBAL)
	if isException(f) {
		return m.bootError()
	}
	table := m.hostTable()
	list := m.call(f, table)
	m.free(f)
	lib.XJS_SetStripInfo(m.tls, m.rt, 0)
	if isException(list) {
		return m.bootError()
	}
	for i, h := range []*lib.TJSValue{&m.hooks.begin, &m.hooks.isWhole, &m.hooks.exact, &m.hooks.describe} {
		*h = lib.XJS_GetPropertyUint32(m.tls, m.ctx, list, uint32(i))
	}
	m.free(list)
	return nil
}

// bootError turns the pending exception into an error. Only a defect in the prelude leads here.
func (m *VM) bootError() error {
	e := lib.XJS_GetException(m.tls, m.ctx)
	s, _ := m.text(e)
	return errors.New(s)
}
