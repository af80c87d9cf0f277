package notify

import (
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// outcome is what became of the message to one recipient.
type outcome struct {
	sent   bool
	answer value.Value // with sent
	reason string      // without sent; "": not tried in this attempt
	final  bool        // with reason
}

// progress is the state of a step between its parts. As JSON:
//
//	{"round": 0, "attempt": 1, "recipients": [{"answer": …}, {"error": "…", "final": true}, {}], "at": "…", "waits": 1}
type progress struct {
	round, attempt int64
	recipients     []outcome
	turn           time.Time // when the channel may send next, as reserved; zero: not reserved
	waits          int64     // answers "too many" in a row
}

// readProgress returns the progress for this attempt: what failed for now is tried again in another attempt, and what
// failed finally is tried again only when an operator retries the execution.
func readProgress(in node.Input, n int) progress {
	_, round, _ := strings.Cut(in.IdempotencyKey[strings.LastIndexByte(in.IdempotencyKey, '/')+1:], "#")
	p := progress{attempt: int64(in.Attempt), recipients: make([]outcome, n)}
	p.round, _ = strconv.ParseInt(round, 10, 64)
	v := in.Progress
	wasRound, _ := v.Get("round").Int()
	wasAttempt, _ := v.Get("attempt").Int()
	sameRound := wasRound == p.round
	same := sameRound && wasAttempt == p.attempt
	i := 0
	for each := range v.Get("recipients").Elements() {
		if i == n {
			break
		}
		o := &p.recipients[i]
		i++
		if answer := each.Get("answer"); !answer.IsMissing() {
			o.sent, o.answer = true, answer
			continue
		}
		reason, _ := each.Get("error").Str()
		final, _ := each.Get("final").AsBool()
		if same || final && sameRound {
			o.reason, o.final = reason, final
		}
	}
	if same {
		p.waits, _ = v.Get("waits").Int()
		if text, ok := v.Get("at").Str(); ok {
			p.turn, _ = time.Parse(time.RFC3339Nano, text)
		}
	}
	return p
}

// next returns the next recipient to try, or -1.
func (p *progress) next() int {
	for i, o := range p.recipients {
		if !o.sent && o.reason == "" {
			return i
		}
	}
	return -1
}

// value returns the progress as JSON.
func (p *progress) value() value.Value {
	var list value.ArrayBuilder
	for _, o := range p.recipients {
		var b value.ObjectBuilder
		switch {
		case o.sent:
			b.Set("answer", o.answer)
		case o.reason != "":
			b.Set("error", value.String(o.reason)).Set("final", value.Bool(o.final))
		}
		list.Add(b.Value())
	}
	var b value.ObjectBuilder
	b.Set("round", value.Int(p.round)).Set("attempt", value.Int(p.attempt)).Set("recipients", list.Value())
	if !p.turn.IsZero() {
		b.Set("at", value.String(p.turn.UTC().Format(time.RFC3339Nano)))
	}
	if p.waits > 0 {
		b.Set("waits", value.Int(p.waits))
	}
	return b.Value()
}
