package vm

import (
	"crypto/rand"
	"crypto/subtle"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// hostFunc is a Go function that the prelude can call. It takes and returns only strings, numbers and
// ArrayBuffers. The prelude checks the arguments; if they are still wrong, the function returns undefined and
// never panics. The result may be an exception (out of memory).
type hostFunc struct {
	name string
	call func(m *VM, a args) lib.TJSValue
}

// args are the arguments of a call from JavaScript.
type args struct {
	argc int32
	argv uintptr
}

func (a args) at(i int) lib.TJSValue { return argument(a.argc, a.argv, i) }

// hostFuncs lists every function that JavaScript can call in Go.
func hostFuncs() []hostFunc {
	return []hostFunc{
		{"log", hostLog},
		{"report", hostReport},
		{"body", hostBody},
		{"compactBody", hostCompactBody},
		{"data", hostData},
		{"nodes", hostNodes},
		{"digest", hostDigest},
		{"encode", hostEncode},
		{"decode", hostDecode},
		{"random", hostRandom},
		{"equal", hostEqual},
	}
}

// hostTable creates the object that the prelude gets. Scripts never see it.
func (m *VM) hostTable() lib.TJSValue {
	funcs := hostFuncs()
	dispatch := func(_ *libc.TLS, _ uintptr, _ lib.TJSValue, argc int32, argv uintptr, magic int32) lib.TJSValue {
		if m.run == nil {
			return undefined
		}
		return funcs[magic].call(m, args{argc, argv})
	}
	m.callbacks = append(m.callbacks, dispatch)
	table := lib.XJS_NewObject(m.tls, m.ctx)
	for i, f := range funcs {
		name := copyIn(m, f.name)
		fn := lib.XJS_NewCFunction2(m.tls, m.ctx, pointer(dispatch), name, 0, lib.EJS_CFUNC_generic_magic, int32(i))
		lib.XJS_SetPropertyStr(m.tls, m.ctx, table, name, fn)
		m.freeBytes(name)
	}
	return table
}

// hostLog (level, text) passes on a console line.
func hostLog(m *VM, a args) lib.TJSValue {
	level, ok1 := m.text(a.at(0))
	text, n, ok2 := m.textUpTo(a.at(1), MaxLogText)
	if !ok1 || !ok2 {
		return m.rethrow()
	}
	if n > MaxLogText {
		text = "(a line too long to show)"
	}
	if m.run.Log != nil {
		m.run.Log(level, validUTF8(text))
	}
	return undefined
}

// hostReport (name, message, stack) reports a thrown value. The prelude limits the texts.
func hostReport(m *VM, a args) lib.TJSValue {
	var text [3]string
	for i := range text {
		s, ok := m.text(a.at(i))
		if !ok {
			return m.rethrow()
		}
		text[i] = validUTF8(s)
	}
	m.run.thrown = &Error{Kind: Threw, Name: text[0], Message: text[1], Line: lineOf(text[2])}
	return undefined
}

// MaxLogText is the longest console text that leaves the VM, in bytes. The prelude truncates longer ones.
const MaxLogText = 16 << 10

// rethrow throws the exception that a conversion left pending.
func (m *VM) rethrow() lib.TJSValue {
	return lib.XJS_Throw(m.tls, m.ctx, lib.XJS_GetException(m.tls, m.ctx))
}

// hostBody () returns the text of context.data as received, or undefined.
func hostBody(m *VM, _ args) lib.TJSValue {
	if m.run.Body == "" {
		return undefined
	}
	return m.str(m.run.Body)
}

// hostCompactBody (text) returns 1 if text is the body without the white space between tokens.
func hostCompactBody(m *VM, a args) lib.TJSValue {
	text, n, ok := m.textUpTo(a.at(0), len(m.run.Body))
	if !ok {
		return m.rethrow()
	}
	return boolean(n <= len(m.run.Body) && isCompact(m.run.Body, text))
}

// isCompact reports whether removing the white space between tokens turns body, which must be JSON, into text.
func isCompact(body, text string) bool {
	inString, at := false, 0
	for i := 0; i < len(body); i++ {
		c := body[i]
		if !inString && (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
			continue
		}
		if at >= len(text) || text[at] != c {
			return false
		}
		at++
		switch {
		case c == '"':
			inString = !inString
		case c == '\\' && inString:
			if i++; i >= len(body) || at >= len(text) || text[at] != body[i] {
				return false
			}
			at++
		}
	}
	return at == len(text)
}

// hostData () parses the body. The body is known to be valid JSON, so a failure is a limit of the engine.
func hostData(m *VM, _ args) lib.TJSValue { return m.parse(m.run.Body) }

// hostNodes () parses the results of earlier nodes.
func hostNodes(m *VM, _ args) lib.TJSValue {
	if m.run.Nodes == "" {
		return lib.XJS_NewObject(m.tls, m.ctx)
	}
	return m.parse(m.run.Nodes)
}

// hostRandom (n) returns n random bytes, at most maxRandom.
func hostRandom(m *VM, a args) lib.TJSValue {
	n := int(intOf(a.at(0)))
	if n < 0 || n > maxRandom {
		return undefined
	}
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return m.buffer(b)
}

// maxRandom is the most bytes that one call of crypto.randomBytes returns; the limit is that of Web Crypto's
// getRandomValues.
const maxRandom = 64 << 10

// hostEqual (a, b) compares two ArrayBuffers in constant time; 1 means equal.
func hostEqual(m *VM, a args) lib.TJSValue {
	x, ok1 := m.bytes(a.at(0))
	y, ok2 := m.bytes(a.at(1))
	if !ok1 || !ok2 {
		return undefined
	}
	return integer(subtle.ConstantTimeCompare(x, y))
}
