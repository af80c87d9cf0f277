package recordplan

import (
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// MaxResult bounds the records that a result shows, in bytes (SPEC §10: a step's result).
const MaxResult = 1 << 20

// Results are the records that an operation shows: all of them while they fit MaxResult, else how many and
// which.
type Results struct {
	first value.Value
	count int
	all   []byte // [{...},{...}
	ids   []byte // [1,2
	large bool
}

// Add adds a record, which may be missing if Large.
func (r *Results) Add(id int64, record value.Value) {
	if r.count++; r.count == 1 {
		r.first = record
	}
	r.ids = strconv.AppendInt(append(r.ids, comma(r.ids)), id, 10)
	if r.large = r.large || len(r.all)+len(record.Text()) > MaxResult-2; r.large {
		r.all = nil
		return
	}
	r.all = record.Append(append(r.all, comma(r.all)))
}

// Large reports whether the records are no longer shown.
func (r *Results) Large() bool { return r.large }

// First is the first record that was added.
func (r *Results) First() value.Value { return r.first }

// comma is what stands before the next element of an array.
func comma(array []byte) byte {
	if len(array) == 0 {
		return '['
	}
	return ','
}

// Value is the array of the records, or {"count": n, "ids": [...]}, or {"count": n} when even those do not fit.
func (r *Results) Value() value.Value {
	switch {
	case r.count == 0:
		return value.Trusted("[]")
	case !r.large:
		return value.TrustedBytes(append(r.all, ']'))
	}
	text := strconv.AppendInt([]byte(`{"count":`), int64(r.count), 10)
	if len(text)+len(r.ids) < MaxResult-16 {
		text = append(append(append(text, `,"ids":`...), r.ids...), ']')
	}
	return value.TrustedBytes(append(text, '}'))
}

// Counted is the result of an Update or Delete that touched count records in all its writes. shown has those of an
// Update that took a single write; they are shown up to collection.ShownRecords.
func Counted(count int64, shown *Results) value.Value {
	text := strconv.AppendInt([]byte(`{"count":`), count, 10)
	if shown != nil && !shown.large && shown.count <= collection.ShownRecords {
		text = shown.Value().Append(append(text, `,"records":`...))
	}
	return value.TrustedBytes(append(text, '}'))
}
