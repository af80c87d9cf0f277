package channel

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxAnswer is the largest answer of a provider that is read, in bytes.
const maxAnswer = 1 << 20

// maxDelay is the largest delay of a provider that is believed, in its own unit.
const maxDelay = 1e6

// maxReason is the longest text of a provider in an error, in characters.
const maxReason = 300

// Call is a call of a provider's HTTP API.
type Call struct {
	Method string // "": POST
	URL    string
	Header http.Header
	Body   []byte // with the Content-Type in Header
	Now    time.Time
	// Refused looks at an answer with a 2xx status, since many providers report failures in the body. It returns
	// nil if the message was accepted. nil: the status is enough.
	Refused func(Answer) *Error
	// Failed may correct the error for an answer with another status, if the body says more than the status. nil: the
	// status is enough.
	Failed func(Answer, *Error)
	// Reason reads the provider's text from the answer to a failed call. nil: the usual members of a JSON object.
	Reason func(Answer) string
}

// Answer is a provider's answer.
type Answer struct {
	Status int
	Header http.Header
	Text   string
	JSON   value.Value // Missing if the text is not JSON
}

// PostJSON returns the call that posts a JSON body to a URL.
func PostJSON(url string, body value.Value, now time.Time) Call {
	return Call{URL: url, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: []byte(body.Text()), Now: now}
}

// WithQuery returns a URL with one more query parameter.
func WithQuery(address, name, text string) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + url.QueryEscape(name) + "=" + url.QueryEscape(text)
}

// Do sends a call once. An error is an *Error, except that of an ended context.
func Do(ctx context.Context, client *outbound.Client, c Call) (Answer, error) {
	method := c.Method
	if method == "" {
		method = http.MethodPost
	}
	r := outbound.Request{Method: method, URL: c.URL, Header: c.Header, PrivateBody: true, MaxResponse: maxAnswer}
	if c.Body != nil {
		r.Body = outbound.Bytes(c.Body)
	}
	resp, err := client.Do(ctx, r)
	if err != nil {
		return Answer{}, Unreachable(err)
	}
	defer resp.Close()
	body, err := resp.Bytes()
	if err != nil {
		return Answer{}, Unreachable(err)
	}
	a := Answer{Status: resp.Status, Header: resp.Header, Text: string(body)}
	if v, err := value.Parse(a.Text, value.Limits{}); err == nil {
		a.JSON = v
	}
	if a.Status/100 != 2 {
		e := a.failure(c)
		if c.Failed != nil {
			c.Failed(a, e)
		}
		return a, e
	}
	if c.Refused != nil {
		if e := c.Refused(a); e != nil {
			return a, e
		}
	}
	return a, nil
}

// Unreachable converts an error of package outbound. The error of an ended context stays as it is.
func Unreachable(err error) error {
	if e, ok := errors.AsType[*outbound.Error](err); ok {
		return &Error{Message: e.Message, Final: e.Final()}
	}
	return err
}

// failure is the error for an answer whose status is not 2xx.
func (a Answer) failure(c Call) *Error {
	reason := Clean(a.reason(c), maxReason)
	e := &Error{Message: "the provider answered " + strconv.Itoa(a.Status)}
	if reason != "" {
		e.Message += ": " + reason
	}
	switch {
	case a.Status == http.StatusTooManyRequests:
		e.Slower, e.RetryAfter = true, a.RetryAfter(c.Now)
	case a.Status == http.StatusRequestTimeout || a.Status == http.StatusTooEarly || a.Status >= 500:
		e.RetryAfter = a.RetryAfter(c.Now)
	default:
		e.Final = true
	}
	return e
}

// reason returns the provider's own words about a failure.
func (a Answer) reason(c Call) string {
	if c.Reason != nil {
		return c.Reason(a)
	}
	for _, name := range []string{"description", "message", "error_description", "errmsg", "msg", "errorDescription", "error", "detail", "Message"} {
		v := a.JSON.Get(name)
		if v.Kind() == value.KindObject {
			v = v.Get("message")
		}
		if text, ok := v.Str(); ok && text != "" {
			return text
		}
	}
	if a.JSON.IsMissing() && !strings.Contains(a.Header.Get("Content-Type"), "html") {
		return a.Text
	}
	return ""
}

// RetryAfter returns the delay that the provider asks for, or 0: in a member of the body, where it is more precise
// (Discord, Telegram, Matrix), or in the header Retry-After (RFC 9110 section 10.2.3).
func (a Answer) RetryAfter(now time.Time) time.Duration {
	for _, in := range []struct {
		v    value.Value
		unit time.Duration
	}{
		{a.JSON.Get("retry_after"), time.Second}, {a.JSON.Get("parameters").Get("retry_after"), time.Second},
		{a.JSON.Get("retry_after_ms"), time.Millisecond},
	} {
		if n, _ := in.v.Float(); n > 0 && n < maxDelay {
			return time.Duration(n * float64(in.unit))
		}
	}
	return outbound.RetryAfter(a.Header, now)
}

// Clean makes a foreign text fit for a message: one line, no control characters, at most max characters.
func Clean(text string, max int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
	return Cut(strings.Join(strings.Fields(text), " "), max)
}
