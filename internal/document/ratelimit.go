package document

import (
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// rateLimitDoc is trigger.rateLimit.
type rateLimitDoc struct {
	fields rateLimitFields
	raw    value.Value
}

type rateLimitFields struct {
	Rate  int           `json:"rate" required:"true" min:"1" max:"1000000"`
	Per   time.Duration `json:"per" min:"1s" max:"1d"`
	Burst int           `json:"burst" min:"1" max:"1000000"`
	Key   string        `json:"key"`
}

func (d *rateLimitDoc) DecodeValue(v value.Value) []decode.Problem {
	d.raw = v
	return readObject(v, &d.fields, "{rate: 100, per: 1s}")
}

// Hint recognizes other products' names for the fields.
func (*rateLimitFields) Hint(field string) string {
	switch field {
	case "limit", "max", "requests", "count", "calls", "tokens":
		return "write rate"
	case "window", "interval", "period", "duration", "windowMs":
		return "write per"
	case "capacity", "bucket", "size":
		return "write burst"
	case "by", "keyBy", "keyGenerator":
		return `write key: "{{$context.ip}}"`
	default:
		return ""
	}
}

func (r *reader) rateLimit(doc *rateLimitDoc) *flow.RateLimit {
	const at = "trigger.rateLimit"
	if doc == nil {
		return nil
	}
	f := doc.fields
	limit := &flow.RateLimit{Rate: f.Rate, Per: f.Per, Burst: f.Burst, Key: f.Key}
	if doc.raw.Get("per").IsMissing() {
		limit.Per = DefaultRatePer
	}
	if doc.raw.Get("burst").IsMissing() {
		limit.Burst = f.Rate
	}
	if !doc.raw.Get("key").IsMissing() && f.Key == "" && !r.has(at+".key") {
		r.problem(errorcode.Empty, at+".key", "is empty; leave it out for one limit on all calls")
	}
	return limit
}

// rateKey checks the key of a rate limit. The limit applies before the body is read, so the key can use only some
// of $context.
func (c *compiler) rateKey(text string) {
	const at = "trigger.rateLimit.key"
	t := c.text(at, text, expr.Options{Roots: []string{"context"}})
	if t == nil {
		return
	}
	if len(t.Refs()) == 0 {
		c.problem(errorcode.Template, at, "%s, so all calls would share one limit; write a template such as {{$context.ip}}, or leave it out", constantKey(text))
	}
	early := []string{"ip", "headers", "params", "query", "path"}
	for _, ref := range t.Refs() {
		if !slices.Contains(early, ref.Name()) {
			c.problem(errorcode.Unreachable, at, "%s cannot be used here: the limit is held before the body is read; of $context there are %s", ref, strings.Join(early, ", "))
		}
	}
}

// constantKey begins a message about a key that is the same for every call.
func constantKey(text string) string {
	if !strings.Contains(text, "{{") {
		return decode.Quote(text) + " is a fixed text"
	}
	return "names no variable"
}
