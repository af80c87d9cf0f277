package ingress

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hold takes n bytes of the memory that large bodies share, for as long as the call lasts. It waits
// within the time that the body may take; then the caller is told to come back. A call holds once: if it
// held a part and waited for more, two of them could wait for each other.
func (c *call) hold(n int64) *outcome {
	l := c.large()
	n = min(n, c.h.opt.BodyMemory)
	if !c.h.memory.TryAcquire(n) {
		wait, cancel := context.WithTimeout(c.r.Context(), max(0, c.h.opt.BodyTimeout-c.took()))
		defer cancel()
		if err := c.h.memory.Acquire(wait, n); err != nil {
			return unavailable("other large bodies took the memory for " + strconv.FormatInt(n, 10) + " bytes: " + err.Error())
		}
	}
	l.held = n
	return nil
}

// settle gives back what the call took of the memory and does not need: what a body unpacks to is known
// only afterwards.
func (c *call) settle() {
	if c.cargo == nil || c.cargo.held == 0 {
		return
	}
	need := int64(len(c.delivery.Request.Body))
	if packed(c.r.Header) {
		need += int64(len(c.context.RawBody))
	}
	if need <= SpoolOver {
		need = 0
	}
	if spare := c.cargo.held - need; spare > 0 {
		c.h.memory.Release(spare)
		c.cargo.held = need
	}
}

// packed reports whether the body may unpack to more than it is.
func packed(header http.Header) bool {
	for _, line := range header["Content-Encoding"] {
		if line != "" && !strings.EqualFold(line, "identity") {
			return true
		}
	}
	return false
}

// bodyLimit is how long the body may be, in bytes, and what it may unpack to.
func (c *call) bodyLimit() int64 {
	if c.route.maxBody > 0 {
		return c.route.maxBody
	}
	return c.h.opt.MaxBody
}

// readUntil sets until when the body must have come. Not every server can; the server's own then holds.
func (c *call) readUntil(t time.Time) { _ = http.NewResponseController(c.w).SetReadDeadline(t) }

// readOn takes the deadline back when the whole body has come, or it would end the wait of a sync call.
// Else it stays: net/http reads what is left of a body before it hangs up, and would wait for ever for a
// caller who sends it slowly enough.
func (c *call) readOn(whole bool) {
	if whole {
		c.readUntil(time.Time{})
	}
}
