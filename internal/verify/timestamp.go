package verify

import (
	"strconv"
	"time"
)

// timestampRule is a compiled Timestamp.
type timestampRule struct {
	at        source
	unit      string
	tolerance time.Duration
	readLate  bool // an unreadable timestamp is reported after the signature check
}

// maxTimestampDigits limits a timestamp in seconds or milliseconds. 15 digits last for 30,000 years.
const maxTimestampDigits = 15

// parse parses a timestamp: only digits for s and ms, RFC 3339 for iso8601.
func (s *timestampRule) parse(text string) (time.Time, bool) {
	if len(text) > maxTimestamp {
		return time.Time{}, false
	}
	if s.unit == "iso8601" {
		t, err := time.Parse(time.RFC3339, text)
		return t, err == nil
	}
	if text == "" || len(text) > maxTimestampDigits {
		return time.Time{}, false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return time.Time{}, false
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if s.unit == "ms" {
		return time.UnixMilli(n), true
	}
	return time.Unix(n, 0), true
}

// format writes a time in the sender's format.
func (s *timestampRule) format(t time.Time) string {
	switch s.unit {
	case "iso8601":
		return t.UTC().Format(time.RFC3339)
	case "ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	default:
		return strconv.FormatInt(t.Unix(), 10)
	}
}

// age returns the age of a timestamp; it is negative for one in the future. It is computed in the timestamp's
// own unit, so that a call at the edge of the window is not refused for a fraction of a second.
func (s *timestampRule) age(now, then time.Time) time.Duration {
	switch s.unit {
	case "iso8601":
	case "ms":
		now = time.UnixMilli(now.UnixMilli())
	default:
		now = time.Unix(now.Unix(), 0)
	}
	return now.Sub(then)
}

// check rejects an age outside the window. The edges are inside.
func (s *timestampRule) check(age time.Duration) Verdict {
	switch {
	case age > s.tolerance:
		return Verdict{Reason: Stale, Detail: "the signature is right, but its timestamp is " + span(age) + " old; " + span(s.tolerance) + " are allowed"}
	case age < -s.tolerance:
		return Verdict{Reason: Future, Detail: "the signature is right, but its timestamp is " + span(-age) + " ahead; " + span(s.tolerance) + " are allowed"}
	default:
		return Verdict{}
	}
}

// span formats a duration for people: to the second, or to the millisecond below ten seconds.
func span(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
