package api

import (
	"reflect"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// timeField is a time among the inputs of an operation.
type timeField struct {
	index []int
	name  string // for people
}

// timesIn returns the times in an input, also those in its body.
func timesIn(t reflect.Type) (all []timeField) {
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("query")+f.Tag.Get("header")+f.Tag.Get("path")+f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported():
		case f.Type == reflect.TypeFor[time.Time]():
			all = append(all, timeField{f.Index, name})
		case f.Type.Kind() == reflect.Struct:
			for _, below := range timesIn(f.Type) {
				all = append(all, timeField{append([]int{i}, below.index...), below.name})
			}
		}
	}
	return all
}

// checkTimes refuses times that JSON cannot express: in UTC, the year must have four digits. A time with an offset can
// pass the parser of RFC 3339 and not its writer.
func checkTimes(in any, fields []timeField) error {
	for _, f := range fields {
		at, _ := reflect.TypeAssert[time.Time](reflect.ValueOf(in).Elem().FieldByIndex(f.index))
		if !writable(at) {
			return fault.Field("api.checkTimes", f.name, "the year must be from 1 to 9999, in UTC")
		}
	}
	return nil
}

// writable reports whether JSON can express a time.
func writable(at time.Time) bool {
	year := at.UTC().Year()
	return 1 <= year && year <= 9999
}
