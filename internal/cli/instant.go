package cli

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/decode"
)

// instant is a flag for a point in time: an RFC 3339 time, a date, or a duration before now.
type instant struct {
	at  time.Time
	ago time.Duration
}

// UnmarshalText parses the flag.
func (i *instant) UnmarshalText(text []byte) error {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, string(text), time.Local); err == nil {
			i.at = t
			return nil
		}
	}
	d, err := decode.ParseDuration(string(text))
	if err != nil || d < 0 {
		return fmt.Errorf("%q is not a valid time; write 2026-11-22T10:00:00Z, a date, or an age such as 30m, 2h or 7d", text)
	}
	i.ago = d
	return nil
}

// text formats the time for the API; "" if the flag was not given.
func (i *instant) text(sys *system) string {
	switch {
	case i == nil:
		return ""
	case i.at.IsZero():
		return sys.clock.Now().Add(-i.ago).UTC().Format(time.RFC3339Nano)
	default:
		return i.at.UTC().Format(time.RFC3339Nano)
	}
}
