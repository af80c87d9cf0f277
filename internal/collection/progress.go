package collection

import "hookline.dev/hookline/internal/value"

// Value is the progress as the journal keeps it: {"after": n, "most": n, "count": n}, the result of the
// step while it is running.
func (p Progress) Value() value.Value {
	var b value.ObjectBuilder
	b.Set("after", value.Int(p.After)).Set("most", value.Int(p.Most)).Set("count", value.Int(p.Count))
	return b.Value()
}

// ProgressOf reads what Value wrote; of anything else it is the zero Progress, with which an Op begins.
func ProgressOf(v value.Value) Progress {
	var p Progress
	p.After, _ = v.Get("after").Int()
	p.Most, _ = v.Get("most").Int()
	p.Count, _ = v.Get("count").Int()
	return p
}
