package dryrun

import (
	"context"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Doubles are what node kinds work with in a run without effects.
type Doubles struct {
	Records  collection.Reader
	Wire     http.RoundTripper
	Channels *channel.Live
	Files    store.Blobs
}

// doubled returns the kinds of the server, which note their effects.
func doubled(set *node.Set, e *effects) *node.Set {
	list := make([]node.Kind, len(set.Kinds()))
	for i, k := range set.Kinds() {
		if list[i] = k; k.Info().Effect == node.Outbound {
			list[i] = outbound{k, e}
		}
	}
	return node.NewSet(list...).WithMaxNodes(set.MaxNodes())
}

// outbound is a kind that acts on the world outside.
type outbound struct {
	node.Kind
	effects *effects
}

// Compile implements node.Kind.
func (k outbound) Compile(config value.Value, about node.About) (node.Node, []decode.Problem) {
	n, problems := k.Kind.Compile(config, about)
	if n == nil {
		return nil, problems
	}
	return &outboundNode{n, about.Key, k.effects}, problems
}

// outboundNode is a node whose effects are noted.
type outboundNode struct {
	node.Node
	key     string
	effects *effects
}

// Run implements node.Node.
func (n *outboundNode) Run(ctx context.Context, in node.Input) (node.Result, error) {
	a := &attempt{node: n.key, path: pathIn(in.IdempotencyKey), number: in.Attempt}
	in.Secrets = &lookups{in.Secrets, n.effects.secrets, a}
	result, err := n.Node.Run(context.WithValue(ctx, attemptKey{}, a), in)
	m := newMask(a.secrets)
	for i := range a.list {
		m.effect(&a.list[i])
	}
	n.effects.add(a.list)
	return result, err
}

// pathIn returns the path of the step in an idempotency key, which is "execution/path#round".
func pathIn(key string) string {
	_, path, _ := strings.Cut(key, "/")
	if i := strings.LastIndexByte(path, '#'); i >= 0 {
		path = path[:i]
	}
	return path
}

// lookups notes the values of secrets that an attempt looks up.
type lookups struct {
	node.Secrets
	all     run.Secrets
	attempt *attempt
}

// Lookup implements node.Secrets.
func (l *lookups) Lookup(name string) (string, bool) {
	text, ok := l.Secrets.Lookup(name)
	if v, _ := l.all.Lookup(name); ok && !v.Plain {
		l.attempt.secrets = append(l.attempt.secrets, text)
	}
	return text, ok
}

// channels returns doubles of channels, which have the rates of their own kinds.
func (e *effects) channels(entries []channel.Entry) *channel.Live {
	doubles := make([]channel.Entry, len(entries))
	for i, entry := range entries {
		entry.Channel = &double{entry.Channel, entry.Definition, e}
		doubles[i] = entry
	}
	live := &channel.Live{}
	live.Set(doubles)
	return live
}

// double is a channel that sends nothing.
type double struct {
	channel.Channel
	definition channel.Definition
	effects    *effects
}

// Send notes the message. It implements channel.Channel.
func (d *double) Send(ctx context.Context, m channel.Message, s channel.Secrets) (value.Value, error) {
	a := attemptOf(ctx)
	for _, name := range d.Variables() {
		if _, ok := s.Lookup(name); !ok {
			return value.Value{}, &channel.Error{Message: "the variable " + name + " is not set", Final: true}
		}
	}
	sent := &Message{Channel: d.definition.Name, Type: d.definition.Type, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML}
	for _, file := range m.Attachments {
		sent.Attachments = append(sent.Attachments, file.Name)
	}
	answer := d.effects.next(a.node)
	a.note(Effect{Message: sent, Status: answer.Status})
	if answer.Status >= http.StatusMultipleChoices {
		return value.Value{}, &channel.Error{Message: "the provider is said to answer " + http.StatusText(answer.Status), Final: answer.Status < http.StatusInternalServerError}
	}
	return answer.Body, nil
}
