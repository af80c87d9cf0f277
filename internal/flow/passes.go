package flow

import (
	"fmt"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// PassBranch is the branch that a loop runs in passes.
const PassBranch = "do"

// The bounds of a loop (SPEC §10).
const (
	DefaultMaxItems = 10_000  // passes, when the loop names no maxItems
	MaxItems        = 100_000 // that maxItems may allow; a journal has no room for more
	MaxParallel     = 256     // passes at once
)

// What the result of a loop tells of failed passes: of how many, and how many bytes of each message.
const (
	ShownPassErrors  = 20
	ShownPassMessage = 1 << 10
)

// PassError says what a failed pass means for its loop.
type PassError string

// What a failed pass may mean.
const (
	PassFail     PassError = "fail"     // the loop's step fails with the error of the pass; passes beside it are canceled
	PassBreak    PassError = "break"    // no further pass begins; the loop succeeds when those under way are over
	PassContinue PassError = "continue" // the loop goes on
)

// Passes is what a loop was asked to do. All of it comes from the input of the loop's step, which
// stands in the journal while the loop runs: a loop that is taken up again goes over what it went over
// before.
//
//	{"over": [..], "while": true, "parallel": 1, "maxItems": 10000, "onItemError": "fail"}
//
// A pass fails when a node in it fails and nothing there handles it, a fail node or a condition with
// onFalse: fail among them. An end node ends the whole execution, as everywhere.
type Passes struct {
	Items    []value.Value // of an array or object, by pass; nil for a number and without over
	Keys     []string      // of an object's members, by pass; else nil
	Count    int           // how many passes there are; -1 without over: as many as the condition says
	Most     int           // passes that may begin; when Count is -1 and the condition still holds, the loop fails with CodeLimit
	While    bool          // a condition is asked before each pass, in the scope of that pass; then Parallel is 1
	Parallel int           // passes that may be under way at once, from 1
	OnError  PassError
}

// PassesOf reads the input of a loop's step. Its error is for people and names the field. What it read
// once it reads again.
func PassesOf(input value.Value) (Passes, error) {
	p := Passes{Most: whole(input.Get("maxItems"), DefaultMaxItems), Parallel: whole(input.Get("parallel"), 1)}
	p.While, _ = input.Get("while").AsBool()
	if text, ok := input.Get("onItemError").Str(); ok {
		p.OnError = PassError(text)
	} else {
		p.OnError = PassFail
	}
	over := input.Get("over")
	switch over.Kind() {
	case value.KindMissing:
		p.Count = -1
		return p, nil
	case value.KindNull: // what a sender left out
	case value.KindArray:
		p.Items = make([]value.Value, 0, over.Len())
		for each := range over.Elements() {
			p.Items = append(p.Items, each)
		}
		p.Count = len(p.Items)
	case value.KindObject:
		for name, each := range over.Members() {
			p.Keys, p.Items = append(p.Keys, name), append(p.Items, each)
		}
		p.Count = len(p.Items)
	case value.KindNumber:
		n, ok := over.Int()
		if !ok || n < 0 {
			return Passes{}, fmt.Errorf("over: %s is not a number of passes; it must be whole and not negative", over.Text())
		}
		p.Count = int(min(n, int64(MaxItems)+1))
	default:
		return Passes{}, fmt.Errorf("over: must be an array, an object or a number, not a value of type %s", over.Kind())
	}
	if p.Count > p.Most {
		return Passes{}, fmt.Errorf("over: there are more than %d items; maxItems allows up to %d", p.Most, MaxItems)
	}
	return p, nil
}

// Scope is what $scopes.<loop key> holds in pass i, which counts from 0: item, index, sequence (which
// counts from 1), length (null when it is unknown) and, for an object, key.
func (p Passes) Scope(i int) value.Value {
	item := "null"
	switch {
	case i < len(p.Items):
		item = p.Items[i].Text()
	case p.Count >= 0:
		item = strconv.Itoa(i)
	}
	const names = `{"item":,"index":,"sequence":,"length":,"key":""}`
	buf := append(make([]byte, 0, len(names)+len(item)+60), `{"item":`...)
	buf = append(buf, item...)
	buf = strconv.AppendInt(append(buf, `,"index":`...), int64(i), 10)
	buf = strconv.AppendInt(append(buf, `,"sequence":`...), int64(i)+1, 10)
	buf = append(buf, `,"length":`...)
	if p.Count < 0 {
		buf = append(buf, "null"...)
	} else {
		buf = strconv.AppendInt(buf, int64(p.Count), 10)
	}
	if i < len(p.Keys) {
		buf = value.AppendQuoted(append(buf, `,"key":`...), p.Keys[i])
	}
	return value.TrustedBytes(append(buf, '}'))
}

// Passed is the outcome of a loop.
type Passed struct {
	Count  int       // passes that began and were not canceled, failed ones among them
	Failed int       // of them
	Errors []PassEnd // of the first ShownPassErrors failed ones, by index
}

// PassEnd is why one pass failed.
type PassEnd struct {
	Index int
	Error Error
}

// Result is the result of the loop's step: {"count": n, "failed": n, "errors": [{"index", "node",
// "code", "message"}]}.
func (p Passed) Result() value.Value {
	var errs value.ArrayBuilder
	for _, e := range p.Errors {
		var one value.ObjectBuilder
		one.Set("index", value.Int(int64(e.Index))).Set("node", value.String(e.Error.Node))
		message := e.Error.Message
		if len(message) > ShownPassMessage {
			message = strings.ToValidUTF8(message[:ShownPassMessage], "") + "…"
		}
		one.Set("code", value.String(e.Error.Code)).Set("message", value.String(message))
		errs.Add(one.Value())
	}
	var all value.ObjectBuilder
	all.Set("count", value.Int(int64(p.Count))).Set("failed", value.Int(int64(p.Failed)))
	return all.Set("errors", errs.Value()).Value()
}

// whole is an integer of an input that its kind has checked, or what stands for none.
func whole(v value.Value, none int) int {
	if n, ok := v.Int(); ok {
		return int(n)
	}
	return none
}
