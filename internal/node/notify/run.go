package notify

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

const (
	// maxTurn is the longest wait for a channel's rate. Beyond it, the attempt fails.
	maxTurn = time.Hour
	// maxWaits is how often in a row a provider may answer "too many" before that is a failure.
	maxWaits = 10
	// waitDefault is the first wait after such an answer without a Retry-After; each further one doubles.
	waitDefault = 2 * time.Second
)

// codeChannel is the code of failures to deliver.
const codeChannel = "channel"

// Run sends to the next recipient.
func (n *notify) Run(ctx context.Context, in node.Input) (node.Result, error) {
	entry := n.deps.Channels.Find(n.config.Channel)
	if entry == nil {
		return node.Result{}, final("there is no channel " + decode.Quote(n.config.Channel))
	}
	input, err := n.Resolve(in)
	if err != nil {
		return node.Result{}, err
	}
	to, err := recipients(input.Get("to"))
	if err != nil {
		return node.Result{}, final("to: " + err.Error())
	}
	if len(to) == 0 {
		if !n.config.To.IsMissing() {
			return node.Result{}, final("to: there is no recipient")
		}
		to = []string{""} // the channel's own
	}
	m, err := n.message(input)
	if err != nil {
		return node.Result{}, final(err.Error())
	}
	m.Now = in.Now
	p := readProgress(in, len(to))
	if i := p.next(); i >= 0 {
		m.To, m.Key = to[i], in.IdempotencyKey+"/"+strconv.Itoa(i)
		return n.deliver(ctx, in, entry, m, &p, i, to)
	}
	return p.end(to)
}

// deliver sends the message to one recipient, when it is the channel's turn.
func (n *notify) deliver(ctx context.Context, in node.Input, e *channel.Entry, m channel.Message, p *progress, i int, to []string) (node.Result, error) {
	o := &p.recipients[i]
	if wrong := e.Channel.CheckTo(m.To); wrong != "" {
		o.reason, o.final = "to: "+wrong, true
		return p.proceed(to)
	}
	if p.turn.IsZero() {
		p.turn = n.deps.Channels.Reserve(e, in.Now)
	}
	if p.turn.After(in.Now) {
		return p.wait(in.Now)
	}
	p.turn = time.Time{}
	answer, err := e.Channel.Send(ctx, m, in.Secrets)
	if err == nil {
		o.sent, o.answer, p.waits = true, answer, 0
		return p.proceed(to)
	}
	failure, ok := errors.AsType[*channel.Error](err)
	if !ok {
		return node.Result{}, err // the attempt's time is over, or it was canceled
	}
	if failure.Slower && p.waits < maxWaits {
		wait := failure.RetryAfter
		if wait <= 0 {
			wait = waitDefault << p.waits
		}
		p.waits++
		n.deps.Channels.Pause(e, in.Now.Add(wait))
		p.turn = n.deps.Channels.Reserve(e, in.Now)
		return p.wait(in.Now)
	}
	o.reason, o.final, p.waits = failure.Message, failure.Final, 0
	if p.next() < 0 && !failure.Final {
		_, err := p.end(to)
		if f, ok := errors.AsType[*node.Failure](err); ok && !f.Final {
			f.RetryAfter = failure.RetryAfter
		}
		return node.Result{}, err
	}
	return p.proceed(to)
}

// wait returns to this step at the reserved turn.
func (p *progress) wait(now time.Time) (node.Result, error) {
	if p.turn.Sub(now) > maxTurn {
		return node.Result{}, &node.Failure{
			Code: codeChannel, Progress: p.value(),
			Message: fmt.Sprintf("the channel has messages waiting for more than %s; its provider limits how many it takes", maxTurn),
		}
	}
	return node.Result{Progress: p.value(), Until: p.turn}, nil
}

// proceed goes on to the next recipient, or ends the step.
func (p *progress) proceed(to []string) (node.Result, error) {
	if p.next() >= 0 {
		return node.Result{Progress: p.value()}, nil
	}
	return p.end(to)
}

// end is the result when every recipient was tried in this attempt.
func (p *progress) end(to []string) (node.Result, error) {
	var list value.ArrayBuilder
	failed, again := 0, false
	first := ""
	for i, o := range p.recipients {
		var b value.ObjectBuilder
		if to[i] == "" {
			b.Set("to", value.Null())
		} else {
			b.Set("to", value.String(to[i]))
		}
		if o.sent {
			list.Add(b.Set("answer", o.answer).Value())
			continue
		}
		if failed++; failed == 1 {
			first = o.reason
		}
		again = again || !o.final
	}
	if failed > 0 {
		if n := len(p.recipients); n > 1 {
			first = fmt.Sprintf("%d of %d recipients did not get the message: %s", failed, n, first)
		}
		return node.Result{}, &node.Failure{Code: codeChannel, Message: first, Final: !again, Progress: p.value()}
	}
	var b value.ObjectBuilder
	b.Set("sent", value.Int(int64(len(to)))).Set("recipients", list.Value())
	return node.Result{Value: b.Value()}, nil
}

func final(message string) *node.Failure {
	return &node.Failure{Code: flow.CodeError, Message: message, Final: true}
}
