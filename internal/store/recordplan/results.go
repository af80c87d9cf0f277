package recordplan

import (
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// MaxResult is the largest size of the records in a result, in bytes (SPEC §10: a step's result).
const MaxResult = 1 << 20

// Results collects the records that an operation returns. It keeps all of them as long as they fit MaxResult;
// beyond that it keeps only their ids and number. The zero value is ready to use.
type Results struct {
	first value.Value
	count int
	all   []byte // [{...},{...} without the closing bracket
	ids   []byte // [1,2 without the closing bracket
	large bool
}

// Add adds a record. record may be missing if Large returns true.
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

// Large reports whether the result is too large to contain the records.
func (r *Results) Large() bool { return r.large }

// First returns the first record that was added.
func (r *Results) First() value.Value { return r.first }

// comma returns the byte to write before the next element of an array.
func comma(array []byte) byte {
	if len(array) == 0 {
		return '['
	}
	return ','
}

// Value returns the array of the records. If they are too large it returns {"count": n, "ids": [...]}, or
// {"count": n} if the ids do not fit either.
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

// Counted returns the result of an Update or Delete that touched count records in all its writes. shown contains
// the records of an Update that took a single write, else nil; the result includes up to collection.ShownRecords
// of them.
func Counted(count int64, shown *Results) value.Value {
	text := strconv.AppendInt([]byte(`{"count":`), count, 10)
	if shown != nil && !shown.large && shown.count <= collection.ShownRecords {
		text = shown.Value().Append(append(text, `,"records":`...))
	}
	return value.TrustedBytes(append(text, '}'))
}
