package api

import (
	"net/http"
	"reflect"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

func typeOf(x any) reflect.Type { return reflect.TypeOf(x) }

// etag returns a record's updatedAt in quotes. This is a strong validator (RFC 9110 section 8.8.3), because no
// two versions of a record have the same updatedAt. It is "" if the record is shown without updatedAt.
func etag(record value.Value) string {
	at, ok := record.Get("updatedAt").Str()
	if !ok {
		return ""
	}
	return `"` + at + `"`
}

// matches reports whether If-None-Match contains a tag. The comparison is weak (RFC 9110 section 13.1.2).
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// Precondition is the condition for a change.
type Precondition struct {
	IfMatch     string    `header:"If-Match" doc:"change the record only if it still has this ETag"`
	IfUpdatedAt time.Time `query:"ifUpdatedAt" doc:"change the record only if it still has this updatedAt"`
}

// updatedAt returns the updatedAt that the record must have; zero means any. ok is false if no record can meet
// the precondition. If there are several tags, it selects the one that matches the record's current version.
func (p Precondition) updatedAt(now func() (value.Value, error)) (at time.Time, ok bool, err error) {
	at = p.IfUpdatedAt
	if p.IfMatch == "" || strings.TrimSpace(p.IfMatch) == "*" {
		return at, true, nil
	}
	var tags []time.Time
	for one := range strings.SplitSeq(p.IfMatch, ",") {
		// A weak tag never matches here (RFC 9110 section 13.1.1), and neither does a tag in another format.
		text, quoted := strings.CutPrefix(strings.TrimSpace(one), `"`)
		text, closed := strings.CutSuffix(text, `"`)
		tag, known := collection.ParseDatetime(text)
		if quoted && closed && known && (at.IsZero() || at.Equal(tag)) {
			tags = append(tags, tag)
		}
	}
	switch len(tags) {
	case 0:
		return at, false, nil
	case 1:
		return tags[0], true, nil
	}
	record, err := now()
	if err != nil {
		return at, false, err
	}
	text, _ := record.Get("updatedAt").Str()
	has, _ := collection.ParseDatetime(text)
	for _, tag := range tags {
		if tag.Equal(has) {
			return tag, true, nil
		}
	}
	return at, false, nil
}

// changed returns the response to a failed precondition.
func changed() *Problem {
	return &Problem{
		Type: problemURN + collection.CodeChanged, Title: http.StatusText(http.StatusPreconditionFailed), Status: http.StatusPreconditionFailed,
		Detail: "the record was changed by someone else: read it again",
	}
}
