package engine_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// longestWait is the longest time that a node of a simulated workflow waits, backs off or runs.
const longestWait = time.Minute

// workflow makes a random workflow.
func (s *simulation) workflow(key string) *document.Compiled {
	s.fakes = nil
	nodes := s.nodes(2, nil)
	options := flow.Options{}
	if s.plan.IntN(3) == 0 {
		options.Concurrency.Limit = 1 + s.plan.IntN(3)
	}
	if s.plan.IntN(4) == 0 {
		options.Timeout = time.Duration(1+s.plan.IntN(30)) * time.Second
	}
	c := flowOf(options, nodes, s.fakes...)
	c.Workflow.Key = key
	return c
}

// nodes returns a list of nodes; loops are the keys of those around it.
func (s *simulation) nodes(depth int, loops []string) []flow.Node {
	var list []flow.Node
	for range 1 + s.plan.IntN(3) {
		n := flow.Node{Key: fmt.Sprintf("n%d", len(s.fakes)+1), Type: "fake"}
		n.OnError = []flow.OnError{flow.OnErrorFail, flow.OnErrorFail, flow.OnErrorContinue, flow.OnErrorBranch}[s.plan.IntN(4)]
		at := len(s.fakes)
		s.fakes = append(s.fakes, nil)
		switch what := s.plan.IntN(10); {
		case depth > 0 && what == 0:
			n.Type = "loop"
			s.fakes[at] = looping(over(s.plan.IntN(4), 1+s.plan.IntN(3), []string{"fail", "break", "continue"}[s.plan.IntN(3)]))
			n.Branches = []flow.Branch{{Name: flow.PassBranch, Nodes: s.nodes(depth-1, append(slices.Clip(loops), n.Key))}}
		case depth > 0 && what == 1:
			n.Type = "parallel"
			s.fakes[at] = forking([]string{flow.ForkAll, flow.ForkAny}[s.plan.IntN(2)])
			for b := range 1 + s.plan.IntN(3) {
				n.Branches = append(n.Branches, flow.Branch{Name: fmt.Sprintf("b%d", b), Nodes: s.nodes(depth-1, loops)})
			}
		default:
			if s.plan.IntN(2) == 0 {
				n.Retry = flow.Retry{Attempts: 2 + s.plan.IntN(3), Delay: time.Duration(1+s.plan.IntN(4000)) * time.Millisecond, Factor: 2, MaxDelay: longestWait}
			}
			if s.plan.IntN(4) == 0 {
				n.Timeout = time.Duration(1+s.plan.IntN(2)) * time.Second
			}
			s.fakes[at] = s.leaf(n.Key, loops)
		}
		if depth > 0 && n.OnError == flow.OnErrorBranch {
			n.Branches = append(n.Branches, flow.Branch{Name: flow.ErrorBranch, Nodes: s.nodes(depth-1, loops)})
		}
		list = append(list, n)
	}
	return list
}

// The things that a leaf does.
const (
	leafSets = iota
	leafDelays
	leafCreates
	leafUpdates
	leafSends    // an effect outside that takes time
	leafComputes // takes time
	leaves
)

// leaf is a node without branches. Whether an attempt fails and how long it takes depends on where it runs and its
// number, so that each life sees the same.
func (s *simulation) leaf(key string, loops []string) *fake {
	what, salt := s.plan.IntN(leaves), s.plan.Uint64()
	f := &fake{render: func(scope expr.Scope) (value.Value, error) {
		id, err := scope.Var("system", "executionId")
		if err != nil {
			return value.Value{}, err
		}
		var b strings.Builder
		b.WriteString(id.Text() + " ")
		for _, loop := range loops {
			v, err := scope.Var("scopes", loop)
			if err != nil {
				return value.Value{}, err
			}
			fmt.Fprintf(&b, "%s[%s]/", loop, v.Get("index").Text())
		}
		return value.String(b.String() + key), nil
	}}
	switch what {
	case leafCreates, leafUpdates:
		f.info.Effect = node.Records
	case leafSends:
		f.info.Effect = node.Outbound
	case leafComputes:
		f.info.Timeout = longestWait
	}
	f.run = func(ctx context.Context, in node.Input) (node.Result, error) {
		where, _ := in.Value.Str()
		h := fnv.New64a()
		_, _ = io.WriteString(h, where)
		luck := rand.New(rand.NewPCG(salt+uint64(in.Attempt), h.Sum64()))
		failed := luck.IntN(5) == 0
		if what == leafSends || what == leafComputes {
			if err := s.takeTime(ctx, where, what == leafSends, in.Attempt, odd(luck, 3*time.Second)); err != nil {
				return node.Result{}, err
			}
		} else {
			b := s.now()
			s.turn(b.over, false, "%d runs %s, attempt %d", b.life, where, in.Attempt)
		}
		if failed {
			return node.Result{}, errors.New("no luck")
		}
		var b value.ObjectBuilder
		b.Set("about", in.Value)
		switch what {
		case leafCreates:
			return node.Result{Op: &collection.Op{Kind: collection.Create, Values: b.Value()}}, nil
		case leafUpdates:
			return node.Result{Op: &collection.Op{Kind: collection.Update, Values: b.Value()}}, nil
		case leafDelays:
			return node.Result{Until: in.Now.Add(odd(luck, longestWait))}, nil
		}
		return node.Result{Value: in.Value}, nil
	}
	return f
}

// odd returns a random duration up to limit that no other one, and no limit of a workflow, is likely to end with: when
// several timers end at one instant, Go says in no particular order who goes on.
func odd(random *rand.Rand, limit time.Duration) time.Duration {
	return time.Duration(1 + 2*random.Int64N(int64(limit)/2))
}

// takeTime is an attempt that takes time. It begins and ends in turns, unless its life crashes.
func (s *simulation) takeTime(ctx context.Context, where string, outbound bool, attempt int, d time.Duration) error {
	b, x := s.now(), strings.SplitN(where, " ", 2)[0]
	s.turn(b.over, false, "%d begins %s, attempt %d", b.life, where, attempt)
	if b.dead() {
		return context.Canceled
	}
	s.began(b, x, where, outbound)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	s.turn(b.over, false, "%d ends %s, attempt %d", b.life, where, attempt)
	if b.dead() {
		return context.Canceled
	}
	s.ended(b, x)
	return ctx.Err()
}
