package api

import (
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/collection"
)

// violationOf returns the response to an operation that broke a rule of its collection.
func violationOf(op collection.Op, v *collection.Violation) *Problem {
	status := statusOfRule(op.Kind, v.Code)
	p := &Problem{Type: problemURN + v.Code, Title: http.StatusText(status), Status: status, Detail: v.Message}
	detail := Detail{Code: v.Code, Message: v.Message}
	switch {
	case v.Code == collection.CodeFilter, v.Code == collection.CodeQuery:
		detail.Location = v.Field
	case op.Kind != collection.Delete: // a deletion has no values to point to
		detail.Pointer = pointer(v.Field)
	}
	p.Errors = []Detail{detail}
	return p
}

// statusOfRule maps violation codes to HTTP statuses.
func statusOfRule(kind collection.OpKind, code string) int {
	switch code {
	case collection.CodeUnique:
		return http.StatusConflict
	case collection.CodeRelation:
		if kind == collection.Delete { // other records refer to it
			return http.StatusConflict
		}
		return http.StatusUnprocessableEntity
	case collection.CodeChanged:
		return http.StatusPreconditionFailed
	case collection.CodeNotFound, collection.CodeUnknownCollection:
		return http.StatusNotFound
	default:
		return http.StatusUnprocessableEntity
	}
}

// pointer turns the field of a violation, e.g. [3].email, into a JSON pointer into the body (RFC 6901).
func pointer(field string) string {
	if field == "" {
		return ""
	}
	field = strings.NewReplacer("~", "~0", "/", "~1", "[", ".", "]", "").Replace(field)
	return "/" + strings.ReplaceAll(strings.TrimPrefix(field, "."), ".", "/")
}
