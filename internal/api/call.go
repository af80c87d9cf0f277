package api

import (
	"time"

	"hookline.dev/hookline/internal/hook"
)

// Call is a request as received, without the values that gates check.
type Call struct {
	Method      string    `json:"method"`
	URL         string    `json:"url,omitempty"` // the public URL; only for a single delivery
	Path        string    `json:"path"`
	Query       string    `json:"query,omitempty"` // raw
	Host        string    `json:"host,omitempty"`
	IP          string    `json:"ip,omitempty"`
	ContentType string    `json:"contentType,omitempty"`
	Headers     []Pair    `json:"headers"`
	Params      []Pair    `json:"params,omitempty"` // the {name} segments of a custom path
	Files       []File    `json:"files,omitempty"`  // files of a multipart body
	Body        Bytes     `json:"body" doc:"at most the first MiB; the body of the delivery has all of it"`
	SHA256      string    `json:"sha256,omitempty"` // of the whole body, in hex; only for a single delivery
	ReceivedAt  time.Time `json:"receivedAt"`
}

// File is a file of a multipart body.
type File struct {
	Name     string `json:"name"`     // name of the form field
	Filename string `json:"filename"` // as sent
	Type     string `json:"type,omitempty"`
	Size     int64  `json:"size"` // in bytes
	SHA256   string `json:"sha256"`
}

// Pair is a name and a value.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Reply is an answer to a caller.
type Reply struct {
	Status  int    `json:"status"`
	Headers []Pair `json:"headers,omitempty"`
	Body    Bytes  `json:"body"`
}

// shownBody is the largest part of a body that is shown together with other things, in bytes. GET
// /api/deliveries/{id}/body has the whole body.
const shownBody = 1 << 20

func callOf(r hook.Request, limit int) Call {
	c := Call{
		Method:      r.Method,
		Path:        r.Path,
		Query:       r.Query,
		Host:        r.Host,
		IP:          r.IP,
		ContentType: r.ContentType,
		Headers:     pairsOf(r.Headers),
		Body:        bytesOf(r.Body, limit),
		ReceivedAt:  r.ReceivedAt,
	}
	for _, p := range r.Params {
		c.Params = append(c.Params, Pair{p.Name, p.Value})
	}
	for _, f := range r.Files {
		c.Files = append(c.Files, File(f))
	}
	return c
}

func replyOf(r *hook.Reply) *Reply {
	if r == nil {
		return nil
	}
	return &Reply{Status: r.Status, Headers: pairsOf(r.Headers), Body: bytesOf(r.Body, shownBody)}
}

func pairsOf(headers []hook.Header) []Pair {
	pairs := make([]Pair, len(headers))
	for i, h := range headers {
		pairs[i] = Pair{h.Name, h.Value}
	}
	return pairs
}
