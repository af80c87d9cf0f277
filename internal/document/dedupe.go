package document

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// dedupeDoc is `dedupe: none`, or how to recognize repeated calls.
type dedupeDoc struct {
	none   bool
	fields dedupeFields
	raw    value.Value
}

type dedupeFields struct {
	Key      string        `json:"key"`
	Window   time.Duration `json:"window" min:"1s" max:"30d"`
	Required bool          `json:"required"`
}

// DecodeValue reads either form.
func (d *dedupeDoc) DecodeValue(v value.Value) []decode.Problem {
	const example = `{key: "{{$context.data.id}}", window: 72h}`
	d.raw = v
	text, isText := v.Str()
	on, isBool := v.AsBool()
	switch {
	case text == "none":
		d.none = true
		return nil
	case isBool && !on, text == "off", text == "false":
		return []decode.Problem{{Code: errorcode.Format, Message: "write dedupe: none"}}
	case isText:
		return []decode.Problem{{Code: errorcode.WrongType, Message: "must be none or an object such as " + example + ", not " + decode.Quote(text)}}
	}
	return readObject(v, &d.fields, example)
}

// Hint recognizes other products' names for the fields.
func (*dedupeFields) Hint(field string) string {
	switch field {
	case "ttl", "for", "retention", "period", "expires", "expiry", "keep":
		return "write window"
	case "id", "idempotencyKey", "by", "field", "path":
		return `write key: "{{$context.data.id}}"`
	case "header":
		return `write key: "{{$context.headers.<name>}}"`
	case "enabled":
		return "leave it out, or write dedupe: none"
	case "optional":
		return "write required: true when a call must have a key"
	default:
		return ""
	}
}

func (r *reader) dedupe(doc dedupeDoc) flow.Dedupe {
	const at = "trigger.dedupe"
	if doc.none {
		return flow.Dedupe{Off: true}
	}
	f := doc.fields
	d := flow.Dedupe{Key: f.Key, Window: f.Window, Required: f.Required}
	if doc.raw.Get("window").IsMissing() {
		d.Window = DefaultDedupeWindow
	}
	switch {
	case doc.raw.Kind() == value.KindObject && doc.raw.Len() == 0:
		r.problem(errorcode.Empty, at, "says nothing; name a key, or leave it out")
	case !doc.raw.Get("key").IsMissing() && f.Key == "" && !r.has(at+".key"):
		r.problem(errorcode.Empty, at+".key", "is empty; leave it out to use the preset's key or the header Idempotency-Key")
	}
	return d
}

// dedupeKey checks the template of the dedupe key.
func (c *compiler) dedupeKey(text string) {
	const at = "trigger.dedupe.key"
	t := c.text(at, text, expr.Options{Roots: []string{"context"}})
	if t == nil {
		return
	}
	if len(t.Refs()) == 0 {
		c.problem(errorcode.Template, at, "%s, so every call after the first would be a repeat; write a template such as {{$context.data.id}}", constantKey(text))
	}
	c.contextNames(at, t)
}

// contextNames refuses variables that $context does not have.
func (c *compiler) contextNames(at string, t *expr.Template) {
	names := []string{"data", "body", "headers", "query", "params", "method", "path", "ip", "rawBody", "files", "receivedAt", "cloudevent"}
	for _, ref := range t.Refs() {
		if ref.Root() == "context" && !slices.Contains(names, ref.Name()) {
			c.problem(errorcode.UnknownName, at, "$context: %s", decode.Unknown("name", ref.Name(), names))
		}
	}
}
