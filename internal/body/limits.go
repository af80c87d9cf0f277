package body

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// The bounds of forms and queries.
const (
	// DefaultFields is how many fields a form, a query or a multipart body may have.
	DefaultFields = 10_000
	// DefaultFieldDepth is how many levels the brackets of one key may make.
	DefaultFieldDepth = 16
	// IndexBound is the first number in brackets that is a name and not the index of an array.
	IndexBound = 1_000
	// MaxPartHeaders is how many header lines a part of a multipart body may have.
	MaxPartHeaders = 16
)

// Limits bound what Decode takes. A zero field means the default.
type Limits struct {
	Depth      int // nesting of JSON; default value.DefaultDepth
	Bytes      int // length of the body, and of what it unpacks to; default value.DefaultBytes
	Fields     int // of a form or query; default DefaultFields
	FieldDepth int // levels in one key; default DefaultFieldDepth
}

func (l Limits) json() value.Limits { return value.Limits{Depth: l.Depth, Bytes: l.Bytes} }

func (l Limits) bytes() int      { return orDefault(l.Bytes, value.DefaultBytes) }
func (l Limits) fields() int     { return orDefault(l.Fields, DefaultFields) }
func (l Limits) fieldDepth() int { return orDefault(l.FieldDepth, DefaultFieldDepth) }

func orDefault(n, standard int) int {
	if n <= 0 {
		return standard
	}
	return n
}

// The places that messages name.
const (
	inBody  = "body"
	inQuery = "query"
)

// refuse makes the error of one place of a call.
func refuse(kind fault.Kind, place, format string, args ...any) *fault.Error {
	err := fault.New("body.Decode", kind, format, args...)
	err.Field = place
	return err
}
