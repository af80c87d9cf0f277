package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// randomFlow is a random workflow with loops and forks.
type randomFlow struct {
	random *rand.Rand
	fakes  []*fake
	count  int
	lost   chan string // nodes that ran somewhere else than they were rendered
}

// grow returns a list of nodes; loops are the keys of those around it.
func (w *randomFlow) grow(depth int, loops []string) []flow.Node {
	var nodes []flow.Node
	for range 1 + w.random.IntN(3) {
		w.count++
		n := flow.Node{Key: fmt.Sprintf("n%d", w.count), Type: "fake"}
		n.OnError = []flow.OnError{flow.OnErrorFail, flow.OnErrorContinue, flow.OnErrorBranch}[w.random.IntN(3)]
		at := len(w.fakes)
		w.fakes = append(w.fakes, nil)
		switch what := w.random.IntN(8); {
		case depth > 0 && what < 2:
			on := []string{"fail", "break", "continue"}[w.random.IntN(3)]
			n.Type = "loop"
			w.fakes[at] = looping(over(w.random.IntN(6), 1+w.random.IntN(4), on))
			n.Branches = []flow.Branch{{Name: flow.PassBranch, Nodes: w.grow(depth-1, append(slices.Clip(loops), n.Key))}}
		case depth > 0 && what < 4:
			n.Type = "parallel"
			w.fakes[at] = forking([]string{flow.ForkAll, flow.ForkAny}[w.random.IntN(2)])
			for b := range 1 + w.random.IntN(3) {
				n.Branches = append(n.Branches, flow.Branch{Name: fmt.Sprintf("b%d", b), Nodes: w.grow(depth-1, loops)})
			}
		default:
			n.Retry = flow.Retry{Attempts: 1 + w.random.IntN(2), Delay: time.Second}
			w.fakes[at] = w.leaf(n.Key, loops)
		}
		if depth > 0 && n.OnError == flow.OnErrorBranch {
			n.Branches = append(n.Branches, flow.Branch{Name: flow.ErrorBranch, Nodes: w.grow(depth-1, loops)})
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// leaf is a node that does one of all things that a node can do. What it does depends on where it runs, so
// that every life sees the same.
func (w *randomFlow) leaf(key string, loops []string) *fake {
	what, salt := w.random.IntN(6), w.random.Uint64()
	path := func(s expr.Scope) string {
		var b strings.Builder
		for _, loop := range loops {
			v, _ := s.Var("scopes", loop)
			fmt.Fprintf(&b, "%s[%s]/", loop, v.Get("index").Text())
		}
		return b.String() + key
	}
	f := &fake{render: func(s expr.Scope) (value.Value, error) { return value.String(path(s)), nil }}
	switch what {
	case 0, 1:
		f.info = node.Info{Effect: node.Records}
	case 2:
		f.info = node.Info{Effect: node.Outbound}
	case 3:
		f.info = node.Info{Timeout: time.Minute}
	}
	f.run = func(ctx context.Context, in node.Input) (node.Result, error) {
		where, _ := in.Value.Str()
		luck := rand.New(rand.NewPCG(salt, uint64(len(where))+uint64(where[len(where)-1])))
		if where != path(in.Scope) && ctx.Err() == nil {
			select {
			case w.lost <- "rendered as " + where + ", run as " + path(in.Scope):
			default:
			}
		}
		if luck.IntN(12) == 0 {
			return node.Result{}, errors.New("no luck")
		}
		var b value.ObjectBuilder
		b.Set("about", in.Value)
		switch what {
		case 0:
			return node.Result{Op: &collection.Op{Kind: collection.Create, Values: b.Value()}}, nil
		case 1:
			return node.Result{Op: &collection.Op{Kind: collection.Update, Values: b.Value()}}, nil
		case 2, 3:
			select {
			case <-time.After(time.Duration(luck.IntN(3000)) * time.Millisecond):
			case <-ctx.Done():
				return node.Result{}, ctx.Err()
			}
		case 4:
			return node.Result{Until: in.Now.Add(time.Duration(1+luck.IntN(5)) * time.Second)}, nil
		}
		return node.Result{Value: in.Value}, nil
	}
	return f
}

// TestWhateverHappensRecordsAreWrittenOnce runs random workflows while commits fail, lives end in every way,
// and what has failed is retried: of every Op in every pass there are the writes it takes, and no others.
func TestWhateverHappensRecordsAreWrittenOnce(t *testing.T) {
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			wd := &randomFlow{random: random, lost: make(chan string, 1)}
			nodes := wd.grow(3, nil)
			c := flowOf(flow.Options{}, nodes, wd.fakes...)
			m := newMemory()
			m.chunks = 3
			troubles := rand.New(rand.NewPCG(seed, 2))
			m.fail = func(int) string { return []string{"before", "after", "", "", "", "", "", ""}[troubles.IntN(8)] }
			opt := engine.Options{ParallelTasks: 1 + random.IntN(6)}
			w := open(t, m, c, opt)
			lives := []*harness{w}
			id := w.call()
			retries := 0
			for life := 0; ; {
				select {
				case <-w.ended:
				case <-time.After(time.Duration(100+random.IntN(4000)) * time.Millisecond):
				}
				got, err := m.Load(t.Context(), id) // it may have ended in the life before
				if err != nil {
					t.Fatal(err)
				}
				switch x := got.Execution; {
				case x.Status == flow.Succeeded || (x.Status.Final() && retries == 2):
					m.checkOnce(t, seed, w)
					if len(wd.lost) > 0 {
						t.Errorf("seed %d: %s", seed, <-wd.lost)
					}
					haltAll(t, lives)
					return
				case x.Status.Final():
					retries++
					if err := w.Retry(store.Retry{Execution: id}); err != nil {
						t.Fatal(err)
					}
				case life < 3 && random.IntN(3) == 0:
					life++
					w.leave(t, random)
					w = open(t, m, c, opt)
					lives = append(lives, w)
				}
			}
		})
	}
}

// checkOnce checks that what was written is what the journal says.
func (m *memory) checkOnce(t *testing.T, seed uint64, w *harness) {
	t.Helper()
	<-time.After(time.Minute) // the last commit may be in the table without its owner knowing
	if s := w.Stats(); s.ParallelTasks != 0 || s.Running != 0 {
		t.Errorf("seed %d: %+v are left", seed, s)
	}
	for _, fault := range m.misfits(func(s flow.Step) string { return s.Path }) {
		t.Errorf("seed %d: %s", seed, fault)
	}
}

// misfits compares the records that were written with the journals: each Op has the writes it takes, and no others.
// about is what the record of a step says that it is about.
func (m *memory) misfits(about func(flow.Step) string) (faults []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	wrote := map[string]int{}
	for _, r := range m.records {
		path, _ := r.Get("about").Str()
		wrote[path]++
	}
	for _, r := range m.rows {
		for i, s := range r.Steps {
			if i > 0 && r.Steps[i-1].N >= s.N {
				faults = append(faults, fmt.Sprintf("row %d stands twice", s.N))
			}
			_, created := s.Result.Get("id").Int()
			count, updated := s.Result.Get("count").Int()
			switch {
			case s.Type != "fake":
			case created:
				wrote[about(s)]--
			case updated && s.Status == flow.Succeeded && count != 30:
				faults = append(faults, fmt.Sprintf("%s touched %d", s.Path, count))
			case updated:
				wrote[about(s)] -= int(count / 10)
			}
		}
	}
	for path, n := range wrote {
		if n != 0 {
			faults = append(faults, fmt.Sprintf("%s was written %d times more than the journal says", path, n))
		}
	}
	slices.Sort(faults)
	return faults
}
