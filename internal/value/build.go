package value

import "unsafe"

// ObjectBuilder writes an object member by member into one buffer. The zero builder is ready to use. A builder is
// not safe for concurrent use.
type ObjectBuilder struct{ buf []byte }

// Grow makes room for n more bytes of JSON text.
func (b *ObjectBuilder) Grow(n int) { b.buf = grow(b.buf, n) }

// Set appends a member and returns the builder. It skips a Missing value. Setting a name twice writes it twice; Get
// returns the last one.
func (b *ObjectBuilder) Set(name string, v Value) *ObjectBuilder {
	if v.kind == KindMissing {
		return b
	}
	b.buf = AppendQuoted(separate(b.buf, '{'), name)
	b.buf = v.Append(append(b.buf, ':'))
	return b
}

// Value returns the object, {} when nothing was set, and empties the builder.
func (b *ObjectBuilder) Value() Value {
	v := finish(separateEmpty(b.buf, '{'), '}', KindObject)
	b.buf = nil
	return v
}

// ArrayBuilder writes an array element by element into one buffer. The zero builder is ready to use. A builder is
// not safe for concurrent use.
type ArrayBuilder struct{ buf []byte }

// Add appends an element and returns the builder. It skips a Missing value.
func (b *ArrayBuilder) Add(v Value) *ArrayBuilder {
	if v.kind == KindMissing {
		return b
	}
	b.buf = v.Append(separate(b.buf, '['))
	return b
}

// Len returns the length of the text so far, in bytes, without the closing bracket.
func (b *ArrayBuilder) Len() int { return len(b.buf) }

// Value returns the array, [] when nothing was added, and empties the builder.
func (b *ArrayBuilder) Value() Value {
	v := finish(separateEmpty(b.buf, '['), ']', KindArray)
	b.buf = nil
	return v
}

func separate(buf []byte, open byte) []byte {
	if len(buf) == 0 {
		return append(buf, open)
	}
	return append(buf, ',')
}

func separateEmpty(buf []byte, open byte) []byte {
	if len(buf) == 0 {
		return append(buf, open)
	}
	return buf
}

// finish closes the text and hands the buffer over to the Value: nothing may write to it afterwards.
func finish(buf []byte, closing byte, kind Kind) Value {
	buf = append(buf, closing)
	return Value{text: unsafe.String(unsafe.SliceData(buf), len(buf)), kind: kind}
}

func grow(buf []byte, n int) []byte {
	if cap(buf)-len(buf) >= n {
		return buf
	}
	return append(make([]byte, 0, len(buf)+n), buf...)
}

// TrustedBytes is Trusted without a copy. It takes ownership of b: the caller must not change b afterwards.
func TrustedBytes(b []byte) Value {
	return Trusted(unsafe.String(unsafe.SliceData(b), len(b)))
}
