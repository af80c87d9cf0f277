package otlp

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/outbound"
)

// How a batch is sent. The statuses that are repeated are those of the protocol (OTLP, "Failures" of OTLP/HTTP).
const (
	attempts    = 4
	pause       = time.Second // after the first attempt; twice as long after each further one
	maxPause    = 30 * time.Second
	sendTime    = 10 * time.Second // of one attempt
	maxResponse = 64 << 10
)

// send sends spans, repeats what may succeed later, and counts what the collector took.
func (t *Tracer) send(spans []span) {
	data, err := json.Marshal(t.request(spans))
	if err != nil {
		t.dropped(len(spans), err)
		return
	}
	wait := pause
	for n := 1; ; n++ {
		rejected, after, err := t.post(data)
		if err == nil {
			rejected = min(max(rejected, 0), int64(len(spans)))
			t.rejected.Add(rejected)
			t.exported.Add(int64(len(spans)) - rejected)
			t.failing = false
			return
		}
		if n == attempts || !isTemporary(err) || !t.sleep(min(max(wait, after), maxPause)) {
			t.dropped(len(spans), err)
			return
		}
		wait *= 2
	}
}

// dropped counts spans that were not exported, and logs the first of several failures.
func (t *Tracer) dropped(n int, err error) {
	t.rejected.Add(int64(n))
	if !t.failing {
		t.failing = true
		t.opt.Log.Warn("traces cannot be exported; they are dropped until the collector takes them again", "error", err)
	}
}

// sleep waits. False: the tracer stops.
func (t *Tracer) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-t.stopping:
		return false
	}
}

// refused is an answer of the collector that is no success.
type refused int

// Error names the status.
func (r refused) Error() string { return "the collector answered with status " + strconv.Itoa(int(r)) }

// isTemporary reports whether the same request may succeed later.
func isTemporary(err error) bool {
	if status, ok := errors.AsType[refused](err); ok {
		switch int(status) {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	if failure, ok := errors.AsType[*outbound.Error](err); ok {
		return !failure.Final()
	}
	return errors.Is(err, context.DeadlineExceeded)
}

// post sends a request once. It returns how many spans the collector did not take, or when it wants to be asked again.
func (t *Tracer) post(data []byte) (rejected int64, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(t.ctx, sendTime)
	defer cancel()
	head := http.Header{"Content-Type": {"application/json"}}
	maps.Copy(head, t.opt.Target.Header)
	resp, err := t.opt.Client.Do(ctx, outbound.Request{
		Method: http.MethodPost, URL: t.opt.Target.URL, Header: head, Body: outbound.Bytes(data), MaxResponse: maxResponse,
	})
	if err != nil {
		return 0, 0, err
	}
	defer resp.Close()
	body, err := resp.Bytes()
	if resp.Status < 200 || resp.Status > 299 {
		return 0, outbound.RetryAfter(resp.Header, t.opt.Clock.Now()), refused(resp.Status)
	}
	if err != nil {
		return 0, 0, nil // the spans were taken; only the answer was lost
	}
	var answer struct {
		PartialSuccess struct {
			RejectedSpans json.Number `json:"rejectedSpans"` // a number or a text, as protobuf's JSON allows
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(body, &answer) == nil {
		rejected, _ = answer.PartialSuccess.RejectedSpans.Int64() // "": none
	}
	return rejected, 0, nil
}
