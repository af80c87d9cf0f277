package ingress

import (
	"net/http"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/schema"
	"hookline.dev/hookline/internal/value"
)

// problemType is the prefix of every problem's type. The names below follow it; they are part of the public interface.
const problemType = "urn:hookline:problem:"

// The names of problems.
const (
	problemNotFound    = "not-found"    // 404 no enabled workflow has this address
	problemPath        = "path"         // 400 the path is not canonical
	problemMethod      = "method"       // 405
	problemBasic       = "basic"        // 401 user name and password
	problemToken       = "token"        // 401
	problemSignature   = "signature"    // 401
	problemAllowIPs    = "allow-ips"    // 403 the caller's address
	problemRate        = "rate"         // 429 the workflow's rate limit
	problemLocked      = "locked"       // 429 too many wrong secrets
	problemTooLarge    = "too-large"    // 413
	problemSlow        = "slow"         // 408 the body did not arrive in time
	problemIncomplete  = "incomplete"   // 400 the body ended early
	problemContentType = "content-type" // 415
	problemMalformed   = "malformed"    // 400 the body or query cannot be decoded
	problemSchema      = "schema"       // 422 the data does not match the trigger's schema
	problemKey         = "key"          // 400 missing or malformed; 422 used for another request
	problemUnavailable = "unavailable"  // 503 try again
	problemTimeout     = "timeout"      // timeoutStatus; the execution continues
	problemFailed      = "failed"       // 500 the execution did not succeed
)

// outcome is a gate's decision to end a call. Usually it is a rejection, but it can also be the answer to a
// call that runs nothing: a handshake, a preflight, a filtered call.
type outcome struct {
	status  int
	gate    string       // if it differs from the gate's name in the column
	outcome hook.Outcome // if the call is not rejected but runs nothing; "": rejected
	reply   *hook.Reply  // the answer, instead of a problem
	said    *answer      // the same, already built
	problem string
	title   string
	detail  string // for the caller; nothing internal
	reason  string // for the operator; "": detail
	guess   bool   // the caller tried a wrong secret that can be guessed
	headers []hook.Header

	violations []schema.Violation // of the data, for the caller
}

func unavailable(reason string) *outcome {
	return &outcome{
		status: http.StatusServiceUnavailable, problem: problemUnavailable, title: "Service unavailable",
		detail: "Nothing was done. Try again later.", reason: reason,
		headers: []hook.Header{{Name: "Retry-After", Value: RetryAfter}},
	}
}

// document returns the problem document (RFC 9457). execution is an extension member; 0 omits it.
func document(problem, title string, status int, detail string, delivery, execution ident.ID) []byte {
	b := make([]byte, 0, 256)
	b = append(append(b, `{"type":"`+problemType...), problem...)
	b = value.AppendQuoted(append(b, `","title":`...), title)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(status), 10)
	b = value.AppendQuoted(append(b, `,"detail":`...), detail)
	if delivery != 0 {
		b = value.AppendQuoted(append(b, `,"instance":`...), delivery.Text(ident.Delivery))
	}
	if execution != 0 {
		b = value.AppendQuoted(append(b, `,"execution":`...), execution.Text(ident.Execution))
	}
	return append(b, '}')
}

// answer builds the answer to a call that ended with this outcome.
func (out *outcome) answer(delivery ident.ID) answer {
	if out.said != nil {
		return *out.said
	}
	if out.reply != nil {
		return replied(out.reply)
	}
	a := answer{status: out.status}
	for _, h := range out.headers {
		a.set(h.Name, h.Value)
	}
	if !bodiless(out.status) {
		a.set(contentType, typeProblem)
		a.body = document(out.problem, out.title, out.status, out.detail, delivery, 0)
		if len(out.violations) > 0 {
			a.body = appendViolations(a.body, out.violations)
		}
	}
	return a
}

// executionProblem returns the answer to a caller whose execution has none of its own.
func (c *call) executionProblem(status int, problem, title, detail string) answer {
	return answer{
		status: status, fields: []field{{contentType, []string{typeProblem}}},
		body: document(problem, title, status, detail, c.delivery.ID, c.execution.ID),
	}
}

// allowedTypes returns the Accept-Post header of a route.
func (r *Route) allowedTypes(all string) string {
	if r.contentTypes == nil {
		return all
	}
	return strings.Join(r.contentTypes, ", ")
}
