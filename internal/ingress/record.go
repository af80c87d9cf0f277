package ingress

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/hook"
)

// transferEncoding is the header of a call that does not announce its length.
const transferEncoding = "Transfer-Encoding"

// contentEncoding is the header of a compressed body.
const contentEncoding = "Content-Encoding"

// record notes the request on the delivery, without the values that the route's gates check. Header lines are
// sorted by name; lines with the same name keep their order.
func (c *call) record(path string, values []string) {
	req := &c.delivery.Request
	c.recordLine(path)
	req.Params = c.route.params(values)
	req.Form, req.As = c.route.form, c.route.as
	h := &c.route.hidden
	var secrets []string
	req.Query, secrets = h.takeFrom(c.r.URL.RawQuery)
	req.Headers = make([]hook.Header, 0, len(c.r.Header)+len(c.r.TransferEncoding)) // few headers are repeated
	for name, lines := range c.r.Header {
		if h.header(name) {
			continue
		}
		for _, line := range lines {
			if !repeats(line, secrets) {
				req.Headers = append(req.Headers, hook.Header{Name: name, Value: line})
			}
		}
	}
	for _, coding := range c.r.TransferEncoding { // net/http takes it out of the header
		req.Headers = append(req.Headers, hook.Header{Name: transferEncoding, Value: coding})
	}
	slices.SortStableFunc(req.Headers, body.ByName) // a map has no order
	c.maskHead()
}

// recordUnmatched notes a call without a route. It keeps little, because nobody knows which parts are secret.
func (c *call) recordUnmatched() {
	c.delivery.Outcome = hook.Unmatched
	path := c.r.URL.EscapedPath()
	c.recordLine(path[:min(len(path), maxUnmatchedPath)])
	req := &c.delivery.Request
	req.Query = parameterNames(c.r.URL.RawQuery)
	for _, name := range []string{"Accept", "Content-Encoding", "Content-Length", "Content-Type", "Date", "User-Agent"} {
		for _, line := range c.r.Header[name] {
			req.Headers = append(req.Headers, hook.Header{Name: name, Value: line})
		}
	}
	c.maskHead()
}

// shortenHead limits what is recorded of the head of a call that ran nothing: such calls cost their senders
// little, and there may be many. Names of headers are kept whole, values are cut.
func (c *call) shortenHead() {
	if c.delivery.Outcome == hook.Filtered {
		return // the sender has passed the gates
	}
	req := &c.delivery.Request
	cut := false
	shorten := func(text *string, limit int) {
		if len(*text) > limit {
			*text, cut = strings.ToValidUTF8((*text)[:limit], "")+truncated, true
		}
	}
	shorten(&req.Query, maxRefusedHead)
	shorten(&req.Path, maxRefusedHead)
	shorten(&req.Host, maxHost)
	shorten(&req.ContentType, maxHost)
	for i := range req.Params {
		shorten(&req.Params[i].Value, maxRefusedHead)
	}
	longest := maxRefusedHead
	for longest > 0 && headerBytes(req.Headers, longest) > maxRefusedHead {
		longest /= 2
	}
	for i := range req.Headers {
		shorten(&req.Headers[i].Value, longest)
	}
	for headerBytes(req.Headers, 0) > maxRefusedHead { // the names alone
		req.Headers, cut = req.Headers[:len(req.Headers)*3/4], true
	}
	if cut {
		c.note(hook.NoteHeadCut)
	}
}

// truncated ends a text that was cut.
const truncated = "...[truncated]"

// headerBytes is the size of header lines whose values are cut to longest bytes.
func headerBytes(lines []hook.Header, longest int) (n int) {
	for _, h := range lines {
		n += len(h.Name) + min(len(h.Value), longest)
		if len(h.Value) > longest {
			n += len(truncated)
		}
	}
	return n
}

func (c *call) recordLine(path string) {
	req := &c.delivery.Request
	req.Method = c.r.Method[:min(len(c.r.Method), maxMethod)]
	req.Path, req.Host = path, c.r.Host
	req.ReceivedAt = c.now
	if lines := c.r.Header[contentType]; len(lines) > 0 {
		req.ContentType = lines[0]
	}
}

// parameterNames returns the names in a query, without their values.
func parameterNames(query string) string {
	var b strings.Builder
	for pair := range strings.SplitSeq(query[:min(len(query), maxUnmatchedPath)], "&") {
		if name, _, hasValue := strings.Cut(pair, "="); hasValue {
			b.WriteString("&" + name)
		}
	}
	return strings.TrimPrefix(b.String(), "&")
}

// keepBody decides whether the record of a rejected call keeps its body. It does not if the body is large, or
// if RejectedBodies were kept in this minute. A body that has not been read yet is read just for the record.
func (c *call) keepBody() {
	req := &c.delivery.Request
	bodies := &c.h.unmatched
	if c.route != nil {
		bodies = &c.route.bodies
	}
	size := int64(req.Bytes())
	if !c.captured {
		size = c.r.ContentLength
	}
	if size == 0 {
		return
	}
	if size > RejectedBody || c.r.Header["Expect"] != nil && !c.captured || !bodies.take(c.now) {
		req.Body, req.Opened = nil, nil
		if size > 0 {
			c.delivery.Reason += "; the body of " + strconv.FormatInt(size, 10) + " bytes was not kept"
		}
		return
	}
	if !c.captured {
		if raw, err := c.read(RejectedBody); err == nil {
			req.Body = raw
		}
	}
}

// bucket counts events per minute.
type bucket struct{ state atomic.Uint64 } // minute<<16 | count

// take counts a body and reports whether it may be recorded.
func (b *bucket) take(now time.Time) bool { return b.takeOf(now, RejectedBodies) }

// takeOf counts an event and reports whether at most that many have happened in this minute.
func (b *bucket) takeOf(now time.Time, most uint64) bool {
	minute := uint64(now.Unix() / 60)
	for {
		old := b.state.Load()
		count := old & 0xffff
		if old>>16 != minute {
			count = 0
		}
		if count >= most {
			return false
		}
		if b.state.CompareAndSwap(old, minute<<16|count+1) {
			return true
		}
	}
}
