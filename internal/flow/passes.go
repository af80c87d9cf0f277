package flow

import (
	"fmt"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// PassBranch is the branch that a loop runs in each pass.
const PassBranch = "do"

// The limits of a loop (SPEC §10).
const (
	DefaultMaxItems = 10_000  // passes, if the loop does not set maxItems
	MaxItems        = 100_000 // upper limit of maxItems; a journal has no room for more
	MaxParallel     = 256     // concurrent passes
)

// The limits on failed passes in a loop's result: how many are listed, and the bytes of each message.
const (
	ShownPassErrors  = 20
	ShownPassMessage = 1 << 10
)

// PassError says how a failed pass affects its loop.
type PassError string

// The values of PassError.
const (
	PassFail     PassError = "fail"     // the loop's step fails with the error of the pass; concurrent passes are canceled
	PassBreak    PassError = "break"    // no further pass begins; the loop succeeds when the current ones are done
	PassContinue PassError = "continue" // the loop continues
)

// Passes describes the work of a loop. All of it comes from the input of the loop's step, which stays in the
// journal while the loop runs. So a loop that resumes after a crash iterates over the same items as before.
//
//	{"over": [..], "while": true, "parallel": 1, "maxItems": 10000, "onItemError": "fail"}
//
// A pass fails if a node in it fails and nothing in the pass handles the failure. That includes a fail node and a
// condition with onFalse: fail. An end node ends the whole execution, as everywhere.
type Passes struct {
	Items    []value.Value // the elements or member values, by pass; nil for a number and without over
	Keys     []string      // the names of an object's members, by pass; otherwise nil
	Count    int           // number of passes; -1 without over: until the condition is false
	Most     int           // maximum number of passes; if a condition without over still holds then, the loop fails
	While    bool          // a condition is evaluated before each pass, in the scope of that pass; then Parallel is 1
	Parallel int           // maximum number of concurrent passes, from 1
	OnError  PassError
}

// PassesOf reads the input of a loop's step. Its error is meant for people and names the field. It is
// deterministic: an input that it accepted once is always accepted with the same result.
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
	case value.KindNull: // absent in the sender's data: no passes
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

// Scope returns the value of $scopes.<loop key> in pass i, counted from 0: item, index, sequence (counted from 1),
// length (null if unknown) and, for an object, key.
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
	Count  int       // passes that began and were not canceled, including failed ones
	Failed int       // how many of Count failed
	Errors []PassEnd // the first ShownPassErrors failures, by index
}

// PassEnd is the failure of one pass.
type PassEnd struct {
	Index int
	Error Error
}

// Result returns the result of the loop's step: {"count": n, "failed": n, "errors": [{"index", "node", "code",
// "message"}]}.
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

// whole returns an integer from an input that its kind has checked, or none if it is absent.
func whole(v value.Value, none int) int {
	if n, ok := v.Int(); ok {
		return int(n)
	}
	return none
}
