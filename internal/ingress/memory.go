package ingress

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// arrivingShare is the part of Options.BodyMemory that bodies use while they arrive in memory: one in arrivingShare. The
// rest is for bodies that have arrived, so that callers who hold a part of their bodies back keep no other call waiting.
const arrivingShare = 4

// arrivedShare is the memory of bodies that have arrived.
func arrivedShare(bodyMemory int64) int64 { return bodyMemory - bodyMemory/arrivingShare }

// reserveArriving takes n bytes of the memory for bodies that are arriving, until the call ends. It never waits: without
// room, the body is spooled.
func (c *call) reserveArriving(n int64) bool {
	if !c.h.arriving.TryAcquire(n) {
		return false
	}
	c.attach().arriving += n
	return true
}

// releaseArriving gives back what reserveArriving took, because the body is spooled instead.
func (c *call) releaseArriving() {
	if a := c.attachments; a != nil && a.arriving > 0 {
		c.h.arriving.Release(a.arriving)
		a.arriving = 0
	}
}

// reserveMemory takes n bytes of the memory that all large bodies share, until the call ends. It waits no
// longer than the body may take to arrive, then answers 503. A call reserves only once: two calls that each
// held a part and waited for more could deadlock.
func (c *call) reserveMemory(n int64) *outcome {
	n = min(n, arrivedShare(c.h.opt.BodyMemory))
	if !c.h.memory.TryAcquire(n) {
		wait, cancel := context.WithTimeout(c.r.Context(), max(0, c.h.opt.BodyTimeout-c.took()))
		defer cancel()
		if err := c.h.memory.Acquire(wait, n); err != nil {
			return unavailable("other large bodies took the memory for " + strconv.FormatInt(n, 10) + " bytes: " + err.Error())
		}
	}
	c.attach().memory = n
	return nil
}

// releaseSpareMemory gives back the reserved memory that the call does not need. The unpacked size of a
// compressed body is known only after it was unpacked.
func (c *call) releaseSpareMemory() {
	if c.attachments == nil || c.attachments.memory == 0 {
		return
	}
	need := int64(len(c.delivery.Request.Body))
	if packed(c.r.Header) {
		need += int64(len(c.context.RawBody))
	}
	if need <= SpoolOver {
		need = 0
	}
	if spare := c.attachments.memory - need; spare > 0 {
		c.h.memory.Release(spare)
		c.attachments.memory = need
	}
}

// packed reports whether the body may be compressed.
func packed(header http.Header) bool {
	for _, line := range header[contentEncoding] {
		if line != "" && !strings.EqualFold(line, "identity") {
			return true
		}
	}
	return false
}

// bodyLimit returns the largest allowed size of the body in bytes, both as sent and unpacked.
func (c *call) bodyLimit() int64 {
	if c.route.maxBody > 0 {
		return c.route.maxBody
	}
	return c.h.opt.MaxBody
}

// setReadDeadline sets the time by which the body must have arrived. If the connection does not support it, the
// server's own deadline applies.
func (c *call) setReadDeadline(t time.Time) { _ = http.NewResponseController(c.w).SetReadDeadline(t) }

// clearReadDeadline removes the deadline once the whole body has arrived, because it would end the wait of a
// sync caller. Otherwise the deadline stays: net/http reads the rest of a body before it closes the connection,
// and a slow caller could keep it reading forever.
func (c *call) clearReadDeadline(whole bool) {
	if whole {
		c.setReadDeadline(time.Time{})
	}
}
