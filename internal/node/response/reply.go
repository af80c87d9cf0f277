package response

import (
	"fmt"
	"net/http"
	"strconv"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// The statuses that a response node may send. 1xx responses are not final (RFC 9110 section 15.2).
const (
	MinStatus     = 200
	MaxStatus     = 599
	defaultStatus = http.StatusOK
)

// The content types of bodies for which the workflow sets none (SPEC §6).
const (
	typeText = "text/plain; charset=utf-8"
	typeJSON = "application/json"
)

// build builds the reply from the rendered config. The error is meant for the operator.
func build(rendered value.Value) (*hook.Reply, error) {
	status, err := readStatus(rendered.Get("status"))
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	headers, err := readHeaders(rendered.Get("headers"))
	if err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	reply := &hook.Reply{Status: status, Headers: headers}
	body := rendered.Get("body")
	if body.IsMissing() || withoutBody(status) {
		return reply, nil
	}
	kind := typeJSON
	if text, ok := body.Str(); ok {
		kind = typeText
		reply.Body = []byte(text)
	} else {
		reply.Body = body.Append(nil)
	}
	if !named(headers, contentType) {
		reply.Headers = append(reply.Headers, hook.Header{Name: contentType, Value: kind})
	}
	return reply, nil
}

// readStatus reads a number, or a string of digits, which a template within text gives.
func readStatus(v value.Value) (int, error) {
	if v.IsMissing() {
		return defaultStatus, nil
	}
	n, ok := v.Int()
	if text, isText := v.Str(); isText {
		parsed, err := strconv.Atoi(text)
		n, ok = int64(parsed), err == nil
	}
	if !ok || n < MinStatus || n > MaxStatus {
		return 0, fmt.Errorf("must be a number from %d to %d, not %s", MinStatus, MaxStatus, clip(v.Text()))
	}
	return int(n), nil
}

// withoutBody reports whether a response with this status has no content (RFC 9110 sections 15.3.5, 15.3.6 and
// 15.4.5).
func withoutBody(status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return true
	default:
		return false
	}
}

// clip shortens text from outside before it goes into a message.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
