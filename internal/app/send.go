package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

// sends makes calls to workflows as their senders do. The calls pass the front door of the server, so all gates are asked
// and the calls are recorded; only the listener is passed over, whose certificate and address the server may not reach
// from inside.
type sends struct{ app *App }

// Send makes a call.
func (s sends) Send(ctx context.Context, send api.Send) (out api.SendReport, err error) {
	ctx, cancel := context.WithTimeout(ctx, dryrun.MaxTime)
	defer cancel()
	sender, err := s.app.door.SenderOf(send.Key)
	if err != nil {
		return out, err
	}
	now := clock.System().Now()
	if send.Kind == "stale" {
		if sender.Tolerance() == 0 {
			return out, fault.New("app.send", fault.Unsupported, "no call can be stale: the sender of %s signs no time", send.Key)
		}
		now = now.Add(-sender.Tolerance() - time.Minute)
	}
	id := "msg_" + strings.ToLower(rand.Text())
	req, event, recorded, err := s.content(ctx, sender, send, now, id)
	if err != nil {
		return out, err
	}
	if _, err := value.ParseBytes(req.Body, value.Limits{}); err == nil && req.ContentType == "" {
		req.ContentType = "application/json"
	}
	req.Host, req.IP = s.host(), send.From
	if req.IP == "" {
		req.IP = "127.0.0.1"
	}
	r, err := sender.Call(ctx, req, recorded)
	if err != nil {
		return out, err
	}
	sender.Identify(r, id)
	body, err := prove(sender, r, req.Body, send, ingress.Credentials{At: now, ID: id})
	if err != nil {
		return out, err
	}
	if send.Kind == "stale" && sender.Passes(r, body, clock.System().Now()) {
		return out, fault.Field("app.send", "request.body", "has the time that is signed, so the call cannot be stale: give one with an old time, or send a sample event")
	}
	info, _ := sender.Preset()
	out = api.SendReport{Preset: info.Name, Event: event, Request: s.shown(sender, r, body)}
	times := 1
	if send.Kind == "repeated" {
		times = 2
	}
	for range times {
		answer := &answerRecorder{header: make(http.Header)}
		again := r.Clone(ctx)
		again.Body, again.ContentLength = readCloser{bytes.NewReader(body)}, int64(len(body))
		d := s.app.door.Receive(answer, again)
		out.Calls = append(out.Calls, api.Made{Delivery: d, Answer: answer.reply(sender)})
	}
	return out, nil
}

// prove adds the credentials that a kind of call has, and returns the body to send.
func prove(sender *ingress.Sender, r *http.Request, body []byte, send api.Send, c ingress.Credentials) ([]byte, error) {
	if send.Kind == "unsigned" {
		return body, nil
	}
	c.Wrong = send.Kind == "tampered" && !sender.SignsBody()
	headers, query := len(r.Header), r.URL.RawQuery
	if err := sender.Prove(r, body, c); err != nil {
		return nil, err
	}
	if send.Kind == "tampered" && len(r.Header) == headers && r.URL.RawQuery == query {
		return nil, fault.New("app.send", fault.Unsupported, "the workflow %s does not check its sender, so nothing notices a tampered call", send.Key)
	}
	if send.Kind == "tampered" && sender.SignsBody() {
		return tampered(body), nil
	}
	return body, nil
}

// tampered returns another body. JSON stays JSON, so that only the signature can notice.
func tampered(body []byte) []byte {
	if i := bytes.IndexByte(body, '{'); i >= 0 && len(bytes.TrimSpace(body[:i])) == 0 && len(body) > i+1 {
		sep := ","
		if rest := bytes.TrimSpace(body[i+1:]); len(rest) > 0 && rest[0] == '}' {
			sep = ""
		}
		return append(append(bytes.Clone(body[:i+1]), `"tampered":true`+sep...), body[i+1:]...)
	}
	return append(bytes.Clone(body), "&tampered=true"...)
}

// content returns the call to make: what was given, a sample event of the preset, the sample of the workflow, or an empty
// call.
func (s sends) content(ctx context.Context, sender *ingress.Sender, send api.Send, now time.Time, id string) (req hook.Request, event string, recorded bool, err error) {
	const op = "app.send"
	if send.Event != "" && (send.Request != nil || send.Delivery != 0) {
		return req, "", false, fault.Field(op, "event", "give one of event, delivery and request")
	}
	if send.Request != nil || send.Delivery != 0 {
		req, recorded, err = tests(s).sample(ctx, send.Key, send.Sample)
		return req, "", recorded, err
	}
	info, signed := sender.Preset()
	var samples []verify.Sample
	if signed {
		if samples, err = preset.Samples(info.Name); err != nil {
			return req, "", false, err
		}
	}
	var names []string
	for _, sample := range samples {
		if names = append(names, sample.Event); send.Event == "" || sample.Event == send.Event {
			return sampleCall(sample, info, now, id), sample.Event, false, nil
		}
	}
	switch {
	case send.Event != "" && len(names) == 0:
		return req, "", false, fault.New(op, fault.NotFound, "there are no sample events for the sender of %s; give a request", send.Key)
	case send.Event != "":
		return req, "", false, fault.New(op, fault.NotFound, "%s", decode.Unknown("event", send.Event, names))
	}
	req, recorded, err = tests(s).sample(ctx, send.Key, send.Sample)
	return req, "", recorded, err
}

// sampleCall makes a call of a sample event. It has an id of its own, so that it is not a repeat.
func sampleCall(sample verify.Sample, info verify.Info, now time.Time, id string) hook.Request {
	req := hook.Request{Method: http.MethodPost, Headers: sample.Headers, ContentType: sample.ContentType, Body: sample.Body(now)}
	if path, ok := strings.CutPrefix(info.ID, "{{$context.data."); ok {
		if v, err := value.ParseBytes(req.Body, value.Limits{}); err == nil {
			req.Body = []byte(withID(v, strings.Split(strings.TrimSuffix(path, "}}"), "."), id, now).Text())
		}
	}
	return req
}

// withID returns a value with another id at a path. A number becomes the time.
func withID(v value.Value, path []string, id string, now time.Time) value.Value {
	if len(path) == 0 {
		if v.Kind() == value.KindNumber {
			return value.Int(now.UnixMilli())
		}
		return value.String(id)
	}
	if v.Kind() != value.KindObject || v.Get(path[0]).IsMissing() {
		return v
	}
	var b value.ObjectBuilder
	for name, member := range v.Members() {
		if name == path[0] {
			member = withID(member, path[1:], id, now)
		}
		b.Set(name, member)
	}
	return b.Value()
}

// host is the host that senders call.
func (s sends) host() string {
	if u, err := url.Parse(s.app.HooksURL()); err == nil {
		return u.Host
	}
	return ""
}

// shown returns the request without its secrets.
func (s sends) shown(sender *ingress.Sender, r *http.Request, body []byte) api.SentRequest {
	out := api.SentRequest{Method: r.Method, URL: s.app.HooksURL() + r.URL.EscapedPath(), Headers: []api.Pair{}, Body: api.ShowBytes([]byte(sender.Shown(string(body))), maxSentBody)}
	if r.URL.RawQuery != "" {
		out.URL += "?" + sender.ShownQuery(r.URL.RawQuery)
	}
	for _, h := range sender.ShownHeaders(r.Header) {
		out.Headers = append(out.Headers, api.Pair{Name: h.Name, Value: h.Value})
	}
	return out
}

// answerRecorder keeps an answer, of the body at most maxSentBody bytes.
type answerRecorder struct {
	header http.Header
	status int
	sent   http.Header // a copy of header when the status was written
	body   []byte
}

// Header implements http.ResponseWriter.
func (a *answerRecorder) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answerRecorder) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status, a.sent = status, a.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (a *answerRecorder) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, b[:min(len(b), maxSentBody-len(a.body))]...)
	return len(b), nil
}

// reply returns the answer, without secrets.
func (a *answerRecorder) reply(sender *ingress.Sender) hook.Reply {
	out := hook.Reply{Status: a.status, Body: []byte(sender.Shown(string(a.body)))}
	out.Headers = sender.ShownHeaders(a.sent)
	return out
}

// readCloser is a body.
type readCloser struct{ *bytes.Reader }

// Close implements io.Closer.
func (readCloser) Close() error { return nil }
