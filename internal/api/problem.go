package api

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/fault"
)

// Problem is an error response (RFC 9457).
type Problem struct {
	Type   string `json:"type,omitempty"` // urn:hookline:problem: followed by the kind
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Instance names this occurrence. It is a new one in each response; the log has it where the server is at fault.
	Instance string   `json:"instance"`
	Errors   []Detail `json:"errors,omitempty"` // set if there are several errors
	// Current is the draft that is stored, if the caller changed another version of it.
	Current *Draft `json:"current,omitempty"`
}

// Detail is one of several errors.
type Detail struct {
	Location string `json:"location,omitempty"`
	Pointer  string `json:"pointer,omitempty"` // JSON pointer into the body (RFC 6901)
	Code     string `json:"code,omitempty"`    // GET /api/errors explains it
	Line     int    `json:"line,omitempty"`    // of a text that was sent
	Message  string `json:"message"`
	Next     string `json:"next,omitempty"` // what to do about errors of this code, in general
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status. It implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problem documents.
func (p *Problem) ContentType(string) string { return problemType }

const (
	problemType = "application/problem+json"
	problemURN  = "urn:hookline:problem:"
	instanceURN = "urn:hookline:occurrence:"
	maxDetails  = 100 // the most errors in one problem
)

// finishProblem gives a problem its instance. It removes what the caller sent from huma's validation errors: it may be a
// password or a secret, and answers are logged by proxies.
func finishProblem(_ huma.Context, _ string, v any) (any, error) {
	switch p := v.(type) {
	case *huma.ErrorModel:
		p.Instance = newInstance()
		for _, detail := range p.Errors {
			detail.Value = nil
		}
	case *Problem:
		p.Instance = cmp.Or(p.Instance, newInstance())
	}
	return v, nil
}

// newInstance returns the name of one occurrence of a problem.
func newInstance() string { return instanceURN + rand.Text() }

// statusOf maps kinds of errors to HTTP statuses. It is the only such mapping in the API.
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

// problem turns an error into a response. It logs what the server is at fault for, and what it has no room for at present.
func (r routes) problem(op string, err error) *Problem {
	p := problemOf(err)
	p.Instance = newInstance()
	switch {
	case p.Status == http.StatusInternalServerError:
		r.Log.Error("api call failed", "op", op, "instance", p.Instance, "error", err)
	case p.Status > http.StatusInternalServerError:
		r.Log.Warn("api call refused", "op", op, "instance", p.Instance, "error", err)
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

// splitErrors returns the errors joined by errors.Join, wherever they are in the chain.
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
	p.Instance = cmp.Or(p.Instance, newInstance())
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may have disconnected
}
