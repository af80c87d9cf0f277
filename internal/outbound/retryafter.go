package outbound

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestRetryAfter bounds the delay that a header can ask for. Whoever waits has a shorter bound.
const longestRetryAfter = 365 * 24 * time.Hour

// RetryAfter returns the delay that the header Retry-After asks for: seconds or a date (RFC 9110 section 10.2.3), or a
// fraction of a second, as some servers send. It is 0 if there is none, or if it is in the past.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if !(seconds > 0 && seconds < math.MaxInt64) { // also NaN, and what is no number of seconds
			return 0
		}
		return time.Duration(min(seconds, longestRetryAfter.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(0, at.Sub(now)), longestRetryAfter)
	}
	return 0
}
