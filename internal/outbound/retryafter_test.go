package outbound_test

import (
	"net/http"
	"testing"
	"time"

	"hookline.dev/hookline/internal/outbound"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, " 5 ": 5 * time.Second, "0.25": 250 * time.Millisecond, "0": 0, "-3": 0, "soon": 0, "NaN": 0,
		"Inf": 0, "99999999999999999999": 0, "999999999999": 365 * 24 * time.Hour,
		"Sun, 01 Mar 2026 12:01:00 GMT": time.Minute, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Sun, 01 Mar 2099 11:00:00 GMT": 365 * 24 * time.Hour,
	} {
		if got := outbound.RetryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
