package collection

import "hookline.dev/hookline/internal/value"

// Value returns the progress in the form of the journal: {"after": n, "most": n, "count": n}. It is the result of
// the step while the step is running.
func (p Progress) Value() value.Value {
	var b value.ObjectBuilder
	b.Set("after", value.Int(p.After)).Set("most", value.Int(p.Most)).Set("count", value.Int(p.Count))
	return b.Value()
}

// ProgressOf reads the result of Value. For any other value it returns the zero Progress, with which an Op
// begins.
func ProgressOf(v value.Value) Progress {
	var p Progress
	p.After, _ = v.Get("after").Int()
	p.Most, _ = v.Get("most").Int()
	p.Count, _ = v.Get("count").Int()
	return p
}
