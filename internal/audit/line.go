package audit

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Line returns the entry as one line of JSON, without the line break. ParseLine reads it exactly.
func (e *Entry) Line() string { return e.JSON().Text() }

// JSON returns the entry as an object.
func (e *Entry) JSON() value.Value {
	var by, b value.ObjectBuilder
	for _, f := range [...]struct{ name, text string }{
		{"kind", e.By.Kind}, {"id", e.By.ID}, {"name", e.By.Name}, {"address", e.By.Address},
	} {
		if f.text != "" {
			by.Set(f.name, value.String(f.text))
		}
	}
	b.Set("seq", value.Int(e.Seq)).Set("at", value.String(e.At.UTC().Format(time.RFC3339Nano))).Set("by", by.Value())
	b.Set("action", value.String(e.Action))
	if e.Target != "" {
		b.Set("target", value.String(e.Target))
	}
	if e.Status != 0 {
		b.Set("status", value.Int(int64(e.Status)))
	}
	if !e.Before.IsMissing() {
		b.Set("before", e.Before)
	}
	if !e.After.IsMissing() {
		b.Set("after", e.After)
	}
	return b.Set("hash", value.String(e.Hash.String())).Value()
}

// ParseLine reads a line of an export. The error is of kind fault.Invalid.
func ParseLine(line string) (e Entry, err error) {
	const op = "audit.ParseLine"
	v, err := value.Parse(line, value.Limits{})
	if err != nil {
		return Entry{}, fault.As(op, fault.Invalid, err, "it is %v", err)
	}
	text := func(v value.Value) string { s, _ := v.Str(); return s }
	by := v.Get("by")
	e.By = Actor{Kind: text(by.Get("kind")), ID: text(by.Get("id")), Name: text(by.Get("name")), Address: text(by.Get("address"))}
	e.Action, e.Target = text(v.Get("action")), text(v.Get("target"))
	e.Before, e.After = v.Get("before"), v.Get("after")
	seq, isNumber := v.Get("seq").Int()
	status, _ := v.Get("status").Int()
	e.Seq, e.Status = seq, int(status)
	at, wrong := time.Parse(time.RFC3339Nano, text(v.Get("at")))
	e.At = at
	hash, isHash := ParseHash(text(v.Get("hash")))
	e.Hash = hash
	if !isNumber || wrong != nil || !isHash {
		return Entry{}, fault.New(op, fault.Invalid, "it is not an entry of an audit log: it lacks seq, at or hash")
	}
	if e.Line() != line { // a change that the hash does not cover, such as one more member
		return Entry{}, fault.New(op, fault.Invalid, "it is not as Hookline writes it")
	}
	return e, nil
}

// Line returns the mark as the last line of a whole export, without the line break.
func (m Mark) Line() string {
	var b value.ObjectBuilder
	return b.Set("head", value.String(m.String())).Value().Text()
}

// ParseHead reads what Mark.Line returns, and reports whether the line is one.
func ParseHead(line string) (Mark, bool) {
	v, err := value.Parse(line, value.Limits{})
	if err != nil {
		return Mark{}, false
	}
	text, _ := v.Get("head").Str()
	m, ok := ParseMark(text)
	return m, ok && m.Line() == line
}
