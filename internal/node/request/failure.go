package request

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
)

// The codes of failures, in addition to those of package flow.
const (
	codeStatus  = "status"  // the response has a status that is not in okStatus
	codeNetwork = "network" // no response
	codeRefused = "refused" // the destination may not be reached
	codeToken   = "token"   // the token endpoint gave no token
)

// wrong is a failure because of what templates gave. It is final: templates give the same again.
func wrong(field, why string) error {
	return &node.Failure{Code: flow.CodeTemplate, Message: field + ": " + why, Final: true}
}

// under adds a field to the message of a failure.
func under(field string, err error) error {
	if f, ok := errors.AsType[*node.Failure](err); ok {
		f.Message = field + ": " + f.Message
	}
	return err
}

// failure turns an error of the client into that of the node. ctx is the one with the config's timeout.
func (n *request) failure(ctx context.Context, err error) error {
	if f, ok := errors.AsType[*node.Failure](err); ok {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &node.Failure{Code: flow.CodeTimeout, Message: fmt.Sprintf("took longer than %s", n.config.Timeout)}
	}
	e, ok := errors.AsType[*outbound.Error](err)
	if !ok {
		return err // canceled
	}
	f := &node.Failure{Code: codeNetwork, Message: e.Message, Final: e.Final()}
	switch e.Kind {
	case outbound.Refused, outbound.Redirect:
		f.Code = codeRefused
	case outbound.Invalid:
		f.Code = flow.CodeTemplate
	case outbound.TooLarge:
		f.Code, f.Message = flow.CodeTooLarge, fmt.Sprintf("the response is larger than %s (maxResponse)", n.config.MaxResponse)
	case outbound.Timeout:
		f.Code = flow.CodeTimeout
	case outbound.Broken, outbound.NoName, outbound.Connect, outbound.TLS:
	}
	return f
}

// transient reports whether another attempt may get another status.
func transient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	default:
		return status >= http.StatusInternalServerError
	}
}

// maxExcerpt is how much of a response's text the log of a failed step shows, in bytes.
const maxExcerpt = 500

// refusal is the failure for a status that is not in okStatus.
func refusal(a answer, now time.Time) error {
	f := &node.Failure{Code: codeStatus, Message: "the response has the status " + statusText(a.status), Final: !transient(a.status)}
	if !f.Final {
		f.RetryAfter = outbound.RetryAfter(a.header, now)
	}
	if text := strings.TrimSpace(string(a.data)); text != "" && a.isText() {
		if len(text) > maxExcerpt {
			text = strings.ToValidUTF8(text[:maxExcerpt], "") + "…"
		}
		f.Log = []flow.LogLine{{Level: "error", Text: text}}
	}
	return f
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
