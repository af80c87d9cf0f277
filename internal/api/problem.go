package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"hookline.dev/hookline/internal/fault"
)

// Problem is an answer that says what went wrong (RFC 9457).
type Problem struct {
	Type   string   `json:"type,omitempty"` // urn:hookline:problem: and the kind
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Detail string   `json:"detail,omitempty"`
	Errors []Detail `json:"errors,omitempty"` // when several things are wrong at once
}

// Detail is one of several errors.
type Detail struct {
	Location string `json:"location,omitempty"`
	Pointer  string `json:"pointer,omitempty"` // into the body (RFC 6901)
	Code     string `json:"code,omitempty"`
	Message  string `json:"message"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status; the API's router asks for it.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problem documents.
func (p *Problem) ContentType(string) string { return problemType }

const (
	problemType = "application/problem+json"
	problemURN  = "urn:hookline:problem:"
	maxDetails  = 100 // errors listed in one problem
)

// statusOf is the one mapping from kinds of errors to HTTP.
func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.Invalid, fault.Unsupported, fault.Limit:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unauthorized:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unavailable, fault.Canceled:
		return http.StatusServiceUnavailable
	case fault.Timeout:
		return http.StatusGatewayTimeout
	default:
		return http.StatusInternalServerError
	}
}

// problem turns an error into its answer, and logs it when it is our own fault.
func (r routes) problem(op string, err error) *Problem {
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		r.Log.Error("api call failed", "op", op, "error", err)
	}
	return p
}

func problemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	kind := fault.KindOf(err)
	status := statusOf(kind)
	p := &Problem{
		Type:   problemURN + kind.String(),
		Title:  http.StatusText(status),
		Status: status,
		Detail: fault.Message(err),
	}
	for _, e := range splitErrors(err) {
		if len(p.Errors) == maxDetails {
			break
		}
		var f *fault.Error
		if errors.As(e, &f) && f.Message != "" {
			p.Errors = append(p.Errors, Detail{Location: f.Field, Message: f.Message})
		} else {
			p.Errors = append(p.Errors, Detail{Message: fault.Message(e)})
		}
	}
	return p
}

// splitErrors returns the errors that errors.Join put together, wherever they are in the chain.
func splitErrors(err error) []error {
	for err != nil {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			return joined.Unwrap()
		}
		err = errors.Unwrap(err)
	}
	return nil
}

func writeProblem(w http.ResponseWriter, err error) { send(w, *problemOf(err)) }

func send(w http.ResponseWriter, p Problem) {
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may be gone; there is nobody else to tell
}
