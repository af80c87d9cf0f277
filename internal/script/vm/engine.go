package vm

import (
	"math"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// This file is the boundary to the transpiled engine. No other file handles its pointers, function pointers or
// reference counts.

const valueSize = unsafe.Sizeof(undefined)

// pointer returns what the engine uses as a function pointer: the address of the Go closure. The caller must
// keep f alive as long as the engine may call it.
func pointer(f any) uintptr {
	return (*[2]uintptr)(unsafe.Pointer(&f))[1]
}

// mallocFuncs returns the engine's allocation functions, which allocate from h. The memory limit and its
// accounting are the engine's own (JSMallocState); the available room is the heap's.
func mallocFuncs(h *heap) (lib.TJSMallocFunctions, []any) {
	state := func(s uintptr) *lib.TJSMallocState { return (*lib.TJSMallocState)(unsafe.Add(nil, s)) }
	malloc := func(_ *libc.TLS, s uintptr, size lib.Tsize_t) uintptr {
		st := state(s)
		if st.Fmalloc_size+size > st.Fmalloc_limit {
			h.refusals++
			return 0
		}
		p := h.alloc(fromSize(size))
		if p != 0 {
			st.Fmalloc_count++
			st.Fmalloc_size += toSize(h.usable(p)) + header
		}
		return p
	}
	free := func(_ *libc.TLS, s, p uintptr) {
		if p == 0 {
			return
		}
		st := state(s)
		st.Fmalloc_count--
		st.Fmalloc_size -= toSize(h.usable(p)) + header
		h.release(p)
	}
	realloc := func(tls *libc.TLS, s, p uintptr, size lib.Tsize_t) uintptr {
		switch {
		case p == 0 && size == 0:
			return 0
		case p == 0:
			return malloc(tls, s, size)
		case size == 0:
			free(tls, s, p)
			return 0
		}
		st, old := state(s), toSize(h.usable(p))
		if st.Fmalloc_size+size-old > st.Fmalloc_limit {
			h.refusals++
			return 0
		}
		q := h.resize(p, fromSize(size))
		if q != 0 {
			st.Fmalloc_size += toSize(h.usable(q)) - old
		}
		return q
	}
	usable := func(_ *libc.TLS, p uintptr) lib.Tsize_t { return toSize(h.usable(p)) }
	return lib.TJSMallocFunctions{
		Fjs_malloc:             pointer(malloc),
		Fjs_free:               pointer(free),
		Fjs_realloc:            pointer(realloc),
		Fjs_malloc_usable_size: pointer(usable),
	}, []any{malloc, free, realloc, usable}
}

// The engine's size_t is 32 bits wide on 386 and arm.
func toSize(n uint64) lib.Tsize_t   { return lib.Tsize_t(n) } // see above
func fromSize(n lib.Tsize_t) uint64 { return uint64(n) }      // see above

// memory returns the n bytes of the region at address p.
func (m *VM) memory(p uintptr, n int) []byte {
	off := p - uintptr(m.heap.base)
	return m.heap.region[off : off+uintptr(n) : off+uintptr(n)]
}

// copyIn copies s and a trailing NUL into the heap. It returns 0 if there is no room. The caller frees the
// result.
func copyIn[T string | []byte](m *VM, s T) uintptr {
	p := lib.Xjs_malloc_rt(m.tls, m.rt, lib.Tsize_t(len(s))+1)
	if p != 0 {
		b := m.memory(p, len(s)+1)
		copy(b, s)
		b[len(s)] = 0
	}
	return p
}

func (m *VM) freeBytes(p uintptr) { lib.Xjs_free_rt(m.tls, m.rt, p) }

func isException(v lib.TJSValue) bool { return tagOf(v) == lib.EJS_TAG_EXCEPTION }
func isUndefined(v lib.TJSValue) bool { return tagOf(v) == lib.EJS_TAG_UNDEFINED }
func isString(v lib.TJSValue) bool {
	return tagOf(v) == lib.EJS_TAG_STRING || tagOf(v) == lib.EJS_TAG_STRING_ROPE
}

func (m *VM) free(v lib.TJSValue) { lib.XFreeValue(m.tls, m.ctx, v) }

// outOfMemory throws the engine's own out-of-memory exception.
func (m *VM) outOfMemory() lib.TJSValue { return lib.XJS_ThrowOutOfMemory(m.tls, m.ctx) }

// str creates a string. The result may be an exception.
func (m *VM) str(s string) lib.TJSValue {
	p := copyIn(m, s)
	if p == 0 {
		return m.outOfMemory()
	}
	defer m.freeBytes(p)
	return lib.XJS_NewStringLen(m.tls, m.ctx, p, lib.Tsize_t(len(s)))
}

// text returns a value converted to a string. ok is false if the conversion threw; the exception is then
// pending. Lone surrogates come out as the three bytes of their code point, which is not valid UTF-8.
func (m *VM) text(v lib.TJSValue) (s string, ok bool) {
	s, _, ok = m.textUpTo(v, math.MaxInt)
	return s, ok
}

// textUpTo is like text for strings of at most limit bytes. For longer ones it returns only the length.
func (m *VM) textUpTo(v lib.TJSValue, limit int) (s string, n int, ok bool) {
	p := lib.XJS_ToCStringLen2(m.tls, m.ctx, m.scratch, v, 0)
	if p == 0 {
		return "", 0, false
	}
	defer lib.XJS_FreeCString(m.tls, m.ctx, p)
	n = m.scratchSize()
	if n <= limit {
		s = string(m.memory(p, n))
	}
	return s, n, true
}

// scratchSize reads a size that the engine returned through the scratch word.
func (m *VM) scratchSize() int { return int(*(*lib.Tsize_t)(m.pointer(m.scratch))) }

// bytes returns the content of an ArrayBuffer without copying it. It is valid until the next call into the
// engine. ok is false for any other value.
func (m *VM) bytes(v lib.TJSValue) (b []byte, ok bool) {
	if tagOf(v) != lib.EJS_TAG_OBJECT {
		return nil, false
	}
	p := lib.XJS_GetArrayBuffer(m.tls, m.ctx, m.scratch, v)
	if p == 0 {
		m.free(lib.XJS_GetException(m.tls, m.ctx))
		return nil, false
	}
	return m.memory(p, m.scratchSize()), true
}

// buffer creates an ArrayBuffer. The result may be an exception.
func (m *VM) buffer(b []byte) lib.TJSValue {
	p := copyIn(m, b)
	if p == 0 {
		return m.outOfMemory()
	}
	defer m.freeBytes(p)
	return lib.XJS_NewArrayBufferCopy(m.tls, m.ctx, p, lib.Tsize_t(len(b)))
}

// parse parses JSON text with the engine's own parser. The result may be an exception.
func (m *VM) parse(s string) lib.TJSValue {
	p := copyIn(m, s)
	if p == 0 {
		return m.outOfMemory()
	}
	defer m.freeBytes(p)
	return lib.XJS_ParseJSON(m.tls, m.ctx, p, lib.Tsize_t(len(s)), m.fileName)
}

// eval compiles and runs global code. The result may be an exception.
func (m *VM) eval(source string, flags int32) lib.TJSValue {
	p := copyIn(m, source)
	if p == 0 {
		return m.outOfMemory()
	}
	defer m.freeBytes(p)
	return lib.XJS_Eval(m.tls, m.ctx, p, lib.Tsize_t(len(source)), m.fileName, flags)
}

// call calls f and releases the arguments. The result may be an exception.
func (m *VM) call(f lib.TJSValue, args ...lib.TJSValue) lib.TJSValue {
	n := uintptr(len(args))
	argv := m.tls.Alloc(int(max(n, 1) * valueSize))
	defer m.tls.Free(int(max(n, 1) * valueSize))
	for i, a := range args {
		*(*lib.TJSValue)(unsafe.Add(nil, argv+uintptr(i)*valueSize)) = a
	}
	r := lib.XJS_Call(m.tls, m.ctx, f, undefined, int32(n), argv)
	for _, a := range args {
		m.free(a)
	}
	return r
}

// argument returns the i-th argument of a call from the engine, or undefined if it is missing.
func argument(argc int32, argv uintptr, i int) lib.TJSValue {
	if i >= int(argc) {
		return undefined
	}
	return *(*lib.TJSValue)(unsafe.Add(nil, argv+uintptr(i)*valueSize))
}

// intOf returns a value that the engine holds as a 32-bit integer, or -1 for any other value.
func intOf(v lib.TJSValue) int32 {
	if tagOf(v) != lib.EJS_TAG_INT {
		return -1
	}
	return payload(v)
}

func integer(n int) lib.TJSValue { return lib.XNewInt32(nil, 0, int32(n)) }

func boolean(b bool) lib.TJSValue {
	if b {
		return integer(1)
	}
	return integer(0)
}
