package dryrun

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Answer is what the other side of a request or a message is said to answer.
type Answer struct {
	Status  int // 0: 200
	Headers []hook.Header
	Body    value.Value // a text is sent as it is; Missing: an empty object
}

// Effect is a request or a message that would have been sent. It contains no secret.
type Effect struct {
	Node    string
	Path    string // of the step
	Attempt int
	Request *Request // nil: a message
	Message *Message
	Status  int // of the answer
}

// Request is an HTTP request that would have been sent.
type Request struct {
	Method, URL string
	Headers     []hook.Header
	Body        []byte
	Bytes       int64 // length of the whole body, of which Body may be the beginning
}

// Message is a message that would have been sent through a channel.
type Message struct {
	Channel, Type           string
	To, Subject, Text, HTML string
	Attachments             []string // their names
}

// effects collects what a run would have sent, and gives the answers. It is safe for concurrent use.
type effects struct {
	answers map[string][]Answer // by node key; the last one repeats
	secrets run.Secrets

	mu    sync.Mutex
	list  []Effect
	more  int            // effects that are not in list
	shown int            // bytes of bodies in list
	asked map[string]int // answers given, by node key
}

// next returns the next answer for a node.
func (e *effects) next(key string) Answer {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.asked == nil {
		e.asked = make(map[string]int)
	}
	n, list := e.asked[key], e.answers[key]
	e.asked[key]++
	a := Answer{}
	if len(list) > 0 {
		a = list[min(n, len(list)-1)]
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	if a.Body.IsMissing() {
		a.Body = value.Trusted("{}")
	}
	return a
}

// add notes the effects of an attempt.
func (e *effects) add(list []Effect) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, x := range list {
		if len(e.list) == maxEffects {
			e.more++
			continue
		}
		if r := x.Request; r != nil {
			r.Body = r.Body[:min(len(r.Body), maxShown-e.shown)]
			e.shown += len(r.Body)
		}
		if m := x.Message; m != nil {
			for _, text := range []*string{&m.Text, &m.HTML} {
				*text = strings.ToValidUTF8((*text)[:min(len(*text), maxShownOne, maxShown-e.shown)], "")
				e.shown += len(*text)
			}
		}
		e.list = append(e.list, x)
	}
}

// RoundTrip answers a request and notes it. It implements http.RoundTripper.
func (e *effects) RoundTrip(r *http.Request) (*http.Response, error) {
	a := attemptOf(r.Context())
	sent := &Request{Method: r.Method, URL: r.URL.String()}
	for name, lines := range r.Header {
		for _, line := range lines {
			sent.Headers = append(sent.Headers, hook.Header{Name: name, Value: line})
		}
	}
	slices.SortStableFunc(sent.Headers, body.ByName)
	if r.Body != nil {
		head, err := io.ReadAll(io.LimitReader(r.Body, maxShownOne))
		if err == nil {
			sent.Bytes, err = io.Copy(io.Discard, r.Body)
		}
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		sent.Body, sent.Bytes = head, sent.Bytes+int64(len(head))
	}
	answer := e.next(a.node)
	a.note(Effect{Request: sent, Status: answer.Status})
	text, kind := answer.text()
	header := http.Header{"Content-Type": {kind}}
	for _, h := range answer.Headers {
		if name := http.CanonicalHeaderKey(h.Name); name == "Content-Type" {
			header.Set(name, h.Value)
		} else {
			header.Add(name, h.Value)
		}
	}
	return &http.Response{
		Status: http.StatusText(answer.Status), StatusCode: answer.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)), Request: r,
	}, nil
}

// text returns the body of the answer, and its media type.
func (a *Answer) text() (text, mediaType string) {
	if text, ok := a.Body.Str(); ok {
		return text, "text/plain; charset=utf-8"
	}
	return a.Body.Text(), "application/json"
}

// attempt is one attempt of a node that acts on the world outside.
type attempt struct {
	node, path string
	number     int

	mu      sync.Mutex
	list    []Effect
	secrets []string // values of variables that the attempt has looked up
}

// attemptKey is the key of the attempt in a context.
type attemptKey struct{}

// attemptOf returns the attempt that a context belongs to.
func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		return a
	}
	return &attempt{}
}

// note notes an effect, unmasked.
func (a *attempt) note(x Effect) {
	x.Node, x.Path, x.Attempt = a.node, a.path, a.number
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, x)
}
