package flow

import (
	"slices"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// FromStart is the Rerun.From that runs the whole execution again. It is not the path of a step, because those have no
// brackets of their own.
const FromStart = "[start]"

// Rerun says how a retry continues an ended execution. The journal keeps it as the Input of the retry's marker row, so
// the fold over the journal needs nothing else. The zero Rerun continues at the failed step.
type Rerun struct {
	From string // the path of the step that runs again, FromStart, or "": the failed step
	// Dropped are the rows that no longer count: that step and what came after it. Sorted, without overlaps.
	Dropped []Rows
	// Reopened are the N of rows of loops and forks around that step, which had ended and are open again. Sorted.
	Reopened []int
	Revision string      // the revision on which it continues; "": the newest if what counts is unchanged there, else its own
	Data     value.Value // replaces $context.data from this round on; missing: unchanged
	By       string      // who asked for it; "": a sender's repeated call
	Bulk     ident.ID    // the bulk action that it is part of; 0: none
}

// Rows is a range of rows of a journal, from First to Last.
type Rows struct{ First, Last int }

// Value returns the JSON form of a Rerun, or a missing value for the zero Rerun:
//
//	{"from": "each[3]/save", "dropped": [[7, 9], [12, 12]], "reopened": [2], "revision": "…", "by": "…", "bulk": "blk_…", "data": …}
func (r Rerun) Value() value.Value {
	var b value.ObjectBuilder
	set := func(name, text string) {
		if text != "" {
			b.Set(name, value.String(text))
		}
	}
	set("from", r.From)
	if len(r.Dropped) > 0 {
		var list value.ArrayBuilder
		for _, d := range r.Dropped {
			var pair value.ArrayBuilder
			pair.Add(value.Int(int64(d.First)))
			pair.Add(value.Int(int64(d.Last)))
			list.Add(pair.Value())
		}
		b.Set("dropped", list.Value())
	}
	if len(r.Reopened) > 0 {
		var list value.ArrayBuilder
		for _, n := range r.Reopened {
			list.Add(value.Int(int64(n)))
		}
		b.Set("reopened", list.Value())
	}
	set("revision", r.Revision)
	set("by", r.By)
	set("bulk", r.Bulk.Text(ident.Bulk))
	if !r.Data.IsMissing() {
		b.Set("data", r.Data)
	}
	if v := b.Value(); v.Len() > 0 {
		return v
	}
	return value.Value{}
}

// RerunOf reads what Value returned. It ignores what it does not know.
func RerunOf(v value.Value) (r Rerun) {
	r.From, _ = v.Get("from").Str()
	for pair := range v.Get("dropped").Elements() {
		r.Dropped = append(r.Dropped, Rows{First: whole(pair.At(0), 0), Last: whole(pair.At(1), 0)})
	}
	for n := range v.Get("reopened").Elements() {
		r.Reopened = append(r.Reopened, whole(n, 0))
	}
	r.Revision, _ = v.Get("revision").Str()
	r.By, _ = v.Get("by").Str()
	if text, ok := v.Get("bulk").Str(); ok {
		r.Bulk, _ = ident.Parse(ident.Bulk, text) // 0 if it is damaged
	}
	r.Data = v.Get("data")
	return r
}

// Edit is an edit of the data of an execution's call.
type Edit struct {
	Data value.Value
	By   string
	Row  Step // the marker row
}

// EditOf returns the edit that is in force: that of the last retry which edited the data. ok is false if the data is what
// arrived.
func EditOf(steps []Step) (e Edit, ok bool) {
	for _, step := range slices.Backward(steps) {
		if step.Type != MarkerRetry {
			continue
		}
		if r := RerunOf(step.Input); !r.Data.IsMissing() {
			return Edit{Data: r.Data, By: r.By, Row: step}, true
		}
	}
	return Edit{}, false
}
