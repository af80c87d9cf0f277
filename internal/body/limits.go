package body

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// The limits of forms and queries.
const (
	// DefaultFields is how many fields a form, a query or a multipart body may have.
	DefaultFields = 10_000
	// DefaultFieldDepth is how many levels the brackets of one key may create.
	DefaultFieldDepth = 16
	// IndexBound is the smallest number in brackets that is a name instead of an array index.
	IndexBound = 1_000
)

// The limits of multipart bodies.
const (
	// DefaultFiles is how many files a body may have.
	DefaultFiles = 100
	// DefaultFileBytes is the largest file, in bytes. It equals the largest body that a workflow can allow, so
	// by default only the limit of the body applies.
	DefaultFileBytes = 1 << 30
	// MaxPartHeaders is how many header lines a part may have.
	MaxPartHeaders = 16
	// MaxPartHeaderBytes is the total length of the header lines of a part.
	MaxPartHeaderBytes = 8 << 10
	// MaxFilename is the length to which a file's name is truncated, in bytes. It is only displayed.
	MaxFilename = 255
)

// The limits of XML. Limits.Depth limits how deep the resulting value nests, and so the elements.
const (
	// DefaultElements is how many elements a document may have.
	DefaultElements = 100_000
	// MaxElements is the largest value of Limits.Elements.
	MaxElements = 1_000_000
	// MaxAttributes is how many attributes an element may have.
	MaxAttributes = 128
)

// MaxEventAttributes is how many attributes a CloudEvent may have.
const MaxEventAttributes = 128

// The limits of compressed bodies.
const (
	// MaxDecompressed is the largest decompressed body, in bytes, whatever Limits says. It also applies when a
	// recorded call is decoded again, so that a rejected body does no harm later.
	MaxDecompressed = 256 << 20
	// MaxMembers is how many gzip members a body may have (RFC 1952 section 2.2).
	MaxMembers = 1_000
)

// Limits limit what Decode accepts. A zero field means the default.
type Limits struct {
	Depth      int   // nesting of JSON and XML; default value.DefaultDepth
	Bytes      int   // length of the body in bytes, also decompressed; default value.DefaultBytes
	Fields     int   // of a form or query; default DefaultFields
	FieldDepth int   // levels in one key; default DefaultFieldDepth
	Files      int   // of a multipart body; default DefaultFiles
	FileBytes  int64 // size of one file in bytes; default DefaultFileBytes
	Elements   int   // of an XML document; default DefaultElements, at most MaxElements
}

func (l Limits) depth() int       { return min(orDefault(l.Depth, value.DefaultDepth), value.MaxDepth) }
func (l Limits) bytes() int       { return orDefault(l.Bytes, value.DefaultBytes) }
func (l Limits) fields() int      { return orDefault(l.Fields, DefaultFields) }
func (l Limits) fieldDepth() int  { return orDefault(l.FieldDepth, DefaultFieldDepth) }
func (l Limits) files() int       { return orDefault(l.Files, DefaultFiles) }
func (l Limits) fileBytes() int64 { return orDefault(l.FileBytes, DefaultFileBytes) }
func (l Limits) elements() int    { return min(orDefault(l.Elements, DefaultElements), MaxElements) }

func orDefault[N int | int64](n, standard N) N {
	if n <= 0 {
		return standard
	}
	return n
}

// The parts of a call that error messages refer to.
const (
	inBody    = "body"
	inQuery   = "query"
	inHeaders = "headers"
)

// errorf returns an error about one part of a call.
func errorf(kind fault.Kind, place, format string, args ...any) *fault.Error {
	err := fault.New("body.Decode", kind, format, args...)
	err.Field = place
	return err
}
