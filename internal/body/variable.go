package body

import (
	"time"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Variable returns a member of $context, or Missing if there is none with that name.
func Variable(c *hook.Context, name string) value.Value {
	switch name {
	case "data", "body":
		return c.Data
	case "headers":
		return c.Headers
	case "query":
		return c.Query
	case "params":
		return c.Params
	case "files":
		return c.Files
	case "cloudevent":
		return c.CloudEvent
	case "method":
		return value.String(c.Method)
	case "path":
		return value.String(c.Path)
	case "ip":
		return value.String(c.IP)
	case "rawBody":
		return value.String(c.RawBody)
	case "receivedAt":
		return Instant(c.ReceivedAt)
	default:
		return value.Value{}
	}
}

// Instant formats a time as a datetime value: RFC 3339 in UTC, with milliseconds.
func Instant(t time.Time) value.Value {
	return value.String(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}
