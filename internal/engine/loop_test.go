package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// looping is a loop with that input.
func looping(input string) *fake {
	return &fake{
		info:   node.Info{Type: "loop", Branches: node.Passes},
		render: func(expr.Scope) (value.Value, error) { return value.Trusted(input), nil },
		run:    func(context.Context, node.Input) (node.Result, error) { return node.Result{}, nil },
	}
}

// over is the input of a loop with n items, so many at once.
func over(n, parallel int, onItemError string) string {
	return fmt.Sprintf(`{"over":%d,"while":false,"parallel":%d,"maxItems":10000,"onItemError":%q}`, n, parallel, onItemError)
}

// forking is a fork of that mode.
func forking(mode string) *fake {
	f := looping(`{"mode":"` + mode + `"}`)
	f.info = node.Info{Type: "parallel", Branches: node.AllAtOnce}
	return f
}

// inLoop puts nodes into the branch of a loop called each.
func inLoop(nodes ...flow.Node) []flow.Node {
	return []flow.Node{{Key: "each", Type: "loop", Branches: []flow.Branch{{Name: flow.PassBranch, Nodes: nodes}}}}
}

// inFork puts each node into a branch of its own of a fork called fan.
func inFork(nodes ...flow.Node) []flow.Node {
	fan := flow.Node{Key: "fan", Type: "parallel"}
	for _, n := range nodes {
		fan.Branches = append(fan.Branches, flow.Branch{Name: "b" + n.Key, Nodes: []flow.Node{n}})
	}
	return []flow.Node{fan}
}

// slow is a node that may take long.
func slow(run func(context.Context, node.Input) (node.Result, error)) *fake {
	return &fake{info: node.Info{Timeout: time.Hour}, run: run}
}

// item reads $scopes.each of a pass.
func item(in node.Input, name string) string {
	v, err := in.Scope.Var("scopes", "each")
	if err != nil {
		return err.Error()
	}
	return v.Get(name).Text()
}

// asks asks for a record about the pass's item.
func asks() *fake {
	return &fake{
		info: node.Info{Type: "record.create", Effect: node.Records},
		run: func(_ context.Context, in node.Input) (node.Result, error) {
			var b value.ObjectBuilder
			b.Set("about", value.Trusted(item(in, "item")))
			return node.Result{Op: &collection.Op{Kind: collection.Create, Collection: "things", Values: b.Value()}}, nil
		},
	}
}

// about lists what the records are about, in order.
func (m *memory) about() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, r := range m.records {
		all = append(all, r.Get("about").Text())
	}
	slices.Sort(all)
	return all
}

// numbers are the texts of the numbers below n, sorted as texts.
func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(i))
	}
	slices.Sort(all)
	return all
}

// lines shows a journal, one line for each row.
func lines(steps []flow.Step) []string {
	var all []string
	for _, s := range steps {
		line := fmt.Sprintf("%d %s %s", s.N, s.Path, s.Status)
		if s.Ends != "" {
			line += " ends " + string(s.Ends)
		}
		all = append(all, line)
	}
	return all
}

func TestALoopRunsItsPassesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		says := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			last, _ := in.Scope.Var("nodes", "n2")
			return node.Result{Value: value.String(item(in, "item") + item(in, "index") + item(in, "sequence") + item(in, "length") + last.Text())}, nil
		}}
		input := `{"over":["a","b"],"while":false,"parallel":1,"maxItems":10,"onItemError":"fail"}`
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(input), says, gives(value.Int(7))), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		got, _ := m.Load(id)
		want := []string{"1 each succeeded", "2 each[0]/n1 succeeded", "3 each[0]/n2 succeeded", "4 each[1]/n1 succeeded", "5 each[1]/n2 succeeded"}
		if diff := cmp.Diff(want, lines(got.Steps)); diff != "" || x.Status != flow.Succeeded {
			t.Errorf("%s (-want +got):\n%s", x.Status, diff)
		}
		if text, _ := got.Steps[3].Result.Str(); text != `"b"122null` {
			t.Errorf("the second pass saw %s", text)
		}
		if r := got.Steps[0].Result.Text(); r != `{"count":2,"failed":0,"errors":[]}` {
			t.Errorf("came to %s", r)
		}
		if m.commits != 1 {
			t.Errorf("%d commits for what only computes", m.commits)
		}
	})
}

func TestPassesRunAtOnceAndNoMoreThanTheyMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		busy := slow(func(context.Context, node.Input) (node.Result, error) {
			most.Store(max(most.Load(), now.Add(1)))
			<-time.After(time.Second)
			now.Add(-1)
			return node.Result{}, nil
		})
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(10, 4, "fail")), busy, asks()), engine.Options{Slots: 1})
		defer w.close(t)
		began := clock.System().Now()
		w.call()
		x := <-w.ended
		if took := clock.System().Now().Sub(began); took != 3*time.Second || most.Load() != 4 || x.Status != flow.Succeeded {
			t.Errorf("%s after %s, %d at once", x.Status, took, most.Load())
		}
		if diff := cmp.Diff(numbers(10), m.about()); diff != "" {
			t.Error(diff)
		}
		synctest.Wait()
		if s := w.Stats(); s.Leaves != 0 || s.Running != 0 {
			t.Errorf("%+v are left", s)
		}
	})
}

func TestRecordsOfPassesAtOnceShareCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(1000, 64, "fail")), asks()), engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Succeeded {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
		if diff := cmp.Diff(numbers(1000), m.about()); diff != "" || m.most != 64 || m.commits > 1000/64+2 {
			t.Errorf("%d commits, at most %d Ops in one\n%s", m.commits, m.most, diff)
		}
	})
}

func TestRecordsOfALoopAreWrittenOnceHoweverCommitsFail(t *testing.T) {
	for _, mode := range []string{"before", "after"} {
		for n := 1; n <= 6; n++ {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				m.fail = func(i int) string {
					if i == n || i == n+2 {
						return mode
					}
					return ""
				}
				m.rule = func(op *collection.Op) *collection.Violation {
					if op.Values.Get("about").Text() == "5" {
						return &collection.Violation{Code: "unique", Message: "about: 5 is taken"}
					}
					return nil
				}
				w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(12, 4, "continue")), asks(), gives(value.Null())), engine.Options{})
				defer w.close(t)
				id := w.call()
				x := <-w.ended
				got, _ := m.Load(id)
				if x.Status != flow.Succeeded || len(m.records) != 11 || len(got.Steps) != 1+12+11 {
					t.Fatalf("%s at %d: %s, %d records, %d steps", mode, n, x.Status, len(m.records), len(got.Steps))
				}
				want := `{"count":12,"failed":1,"errors":[{"index":5,"node":"n1","code":"unique","message":"about: 5 is taken"}]}`
				if r := got.Steps[0].Result.Text(); r != want {
					t.Errorf("came to %s", r)
				}
			})
		}
	}
}

func TestAFailedPassMeansWhatTheLoopSays(t *testing.T) {
	for _, c := range []struct {
		on      string
		onError flow.OnError
		want    flow.Status
		records []string
		loop    string // how its row stands
	}{
		{"fail", flow.OnErrorFail, flow.Failed, []string{"0", "1"}, "1 each running"},
		{"fail", flow.OnErrorContinue, flow.Succeeded, []string{"0", "1"}, "1 each failed"},
		{"break", flow.OnErrorFail, flow.Succeeded, []string{"0", "1"}, "1 each succeeded"},
		{"continue", flow.OnErrorFail, flow.Succeeded, []string{"0", "1", "3"}, "1 each succeeded"},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			picky := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
				if item(in, "item") == "2" {
					return node.Result{}, errors.New("not 2")
				}
				return node.Result{}, nil
			}}
			nodes := inLoop(list(2)...)
			nodes[0].OnError = c.onError
			w := open(t, m, flowOf(flow.Options{}, nodes, looping(over(4, 1, c.on)), picky, asks()), engine.Options{})
			defer w.close(t)
			id := w.call()
			x := <-w.ended
			got, _ := m.Load(id)
			if diff := cmp.Diff(c.records, m.about()); diff != "" || x.Status != c.want || lines(got.Steps)[0] != c.loop {
				t.Errorf("%s: %s, %s\n%s", c.on, x.Status, lines(got.Steps)[0], diff)
			}
		})
	}
}

// TestARetryGoesOnInTheMiddleOfALoop has a pass fail in the first round.
func TestARetryGoesOnInTheMiddleOfALoop(t *testing.T) {
	for _, parallel := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			var mended atomic.Bool
			picky := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
				if item(in, "item") == "4" && !mended.Load() {
					return node.Result{}, errors.New("not 4")
				}
				return node.Result{}, nil
			}}
			w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(9, parallel, "fail")), asks(), picky), engine.Options{})
			defer w.close(t)
			id := w.call()
			if x := <-w.ended; x.Status != flow.Failed || x.Error.Node != "n2" {
				t.Fatalf("%s %+v", x.Status, x.Error)
			}
			mended.Store(true)
			x := w.retry(t, id)
			got, _ := m.Load(id)
			if diff := cmp.Diff(numbers(9), m.about()); diff != "" || x.Status != flow.Succeeded {
				t.Errorf("%s, journal %v\n%s", x.Status, lines(got.Steps), diff)
			}
		})
	}
}

func TestAnEndInAPassEndsTheExecutionAndWhatRunsBesideIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var stopped atomic.Int32
		half := slow(func(ctx context.Context, in node.Input) (node.Result, error) {
			if item(in, "item") == "1" {
				<-time.After(time.Second)
				return node.Result{Ends: flow.Succeeded}, nil
			}
			<-ctx.Done()
			stopped.Add(1)
			return node.Result{}, ctx.Err()
		})
		half.info.Effect = node.Outbound
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(5, 3, "fail")), half), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		synctest.Wait()
		got, _ := m.Load(id)
		want := []string{"1 each canceled", "2 each[0]/n1 canceled", "3 each[1]/n1 succeeded ends succeeded", "4 each[2]/n1 canceled"}
		if diff := cmp.Diff(want, lines(got.Steps)); diff != "" || x.Status != flow.Succeeded || stopped.Load() != 2 {
			t.Errorf("%s, %d were stopped (-want +got):\n%s", x.Status, stopped.Load(), diff)
		}
		if s := w.Stats(); s.Leaves != 0 || s.Running != 0 {
			t.Errorf("%+v are left", s)
		}
	})
}

func TestAnAnswerInAPassIsCommittedAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		reply := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			if item(in, "item") != "2" {
				return node.Result{}, nil
			}
			return node.Result{Reply: &hook.Reply{Status: 201}, Ends: flow.Succeeded}, nil
		}}
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(5, 1, "fail")), reply, asks()), engine.Options{})
		defer w.close(t)
		id, spoken := w.sit(t)
		if x := once(t, spoken); x.Reply == nil || x.Reply.Status != 201 || x.Status != flow.Succeeded {
			t.Errorf("told %+v", x)
		}
		got, _ := m.Load(id)
		if diff := cmp.Diff([]string{"0", "1"}, m.about()); diff != "" || lines(got.Steps)[0] != "1 each canceled" {
			t.Errorf("%v\n%s", lines(got.Steps), diff)
		}
	})
}

func TestAnExecutionSleepsWhenAllItsPassesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		later := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			n, _ := value.Trusted(item(in, "item")).Int()
			return node.Result{Until: in.Now.Add(time.Duration(n+1) * time.Hour)}, nil
		}}
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(3, 3, "fail")), later, asks()), engine.Options{})
		defer w.close(t)
		id := w.call()
		for i := range 3 {
			<-time.After(time.Minute)
			synctest.Wait()
			got, _ := m.Load(id)
			if got.Execution.Status != flow.Waiting || got.Execution.Owner != 0 || w.Stats().Running != 0 || len(m.about()) != i {
				t.Fatalf("%s with %d records", got.Execution.Status, len(m.about()))
			}
			<-time.After(time.Hour - time.Minute + 3*time.Second)
		}
		if x := <-w.ended; x.Status != flow.Succeeded || len(m.records) != 3 {
			t.Errorf("%s with %d records", x.Status, len(m.records))
		}
	})
}

func TestAWaitBesideWhatRunsIsWaitedForInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		began := clock.System().Now()
		later := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			return node.Result{Until: in.Now.Add(time.Second)}, nil
		}}
		busy := slow(func(context.Context, node.Input) (node.Result, error) {
			<-time.After(time.Hour)
			return node.Result{}, nil
		})
		var after time.Duration
		nodes := inFork(list(3)[0], list(3)[1])
		nodes[0].Branches[0].Nodes = append(nodes[0].Branches[0].Nodes, list(3)[2])
		w := open(t, m, flowOf(flow.Options{}, nodes, forking("all"), later, &fake{run: func(context.Context, node.Input) (node.Result, error) {
			after = clock.System().Now().Sub(began)
			return node.Result{Value: value.Int(3)}, nil
		}}, busy), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		got, _ := m.Load(id)
		if x.Status != flow.Succeeded || after != time.Second || got.Steps[0].Result.Text() != `{"bn1":3,"bn2":null}` {
			t.Errorf("%s, went on after %s, came to %s", x.Status, after, got.Steps[0].Result)
		}
	})
}

func TestTheFirstOfAnyForkEndsItAndTheOthersAreCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var stopped atomic.Int32
		takes := func(d time.Duration, err error) *fake {
			f := slow(func(ctx context.Context, _ node.Input) (node.Result, error) {
				select {
				case <-time.After(d):
					return node.Result{Value: value.String(d.String())}, err
				case <-ctx.Done():
					stopped.Add(1)
					return node.Result{}, ctx.Err()
				}
			})
			f.info.Effect = node.Outbound
			return f
		}
		nodes := append(inFork(list(3)...), flow.Node{Key: "after", Type: "fake"})
		w := open(t, m, flowOf(flow.Options{}, nodes, forking("any"), takes(time.Minute, nil), takes(time.Second, errors.New("down")),
			takes(2*time.Second, nil), gives(value.Null())), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		got, _ := m.Load(id)
		want := []string{"1 fan succeeded", "2 n1 canceled", "3 n2 failed ends failed", "4 n3 succeeded", "5 after succeeded"}
		if diff := cmp.Diff(want, lines(got.Steps)); diff != "" || x.Status != flow.Succeeded || got.Steps[0].Result.Text() != `{"bn3":"2s"}` {
			t.Errorf("%s, %s (-want +got):\n%s", x.Status, got.Steps[0].Result, diff)
		}
		synctest.Wait()
		if stopped.Load() != 1 {
			t.Errorf("%d were stopped", stopped.Load())
		}
	})
}

// TestALifeEndsInTheMiddleOfALoop kills lives without a word, and stops them in good order, while passes are
// under way.
func TestALifeEndsInTheMiddleOfALoop(t *testing.T) {
	for _, orderly := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			var sent atomic.Int32
			keys := make(chan string, 1000)
			request := slow(func(ctx context.Context, in node.Input) (node.Result, error) {
				keys <- in.IdempotencyKey
				select {
				case <-time.After(time.Second):
				case <-ctx.Done():
					return node.Result{}, ctx.Err()
				}
				sent.Add(1)
				return node.Result{}, nil
			})
			request.info.Effect = node.Outbound
			c := flowOf(flow.Options{}, inLoop(list(3)...), looping(over(10, 4, "fail")), asks(), request, asks())
			w := open(t, m, c, engine.Options{})
			id := w.call()
			lives := []*world{w}
			for range 2 {
				<-time.After(700 * time.Millisecond)
				synctest.Wait()
				if orderly {
					w.close(t)
				}
				w = open(t, m, c, engine.Options{})
				lives = append(lives, w)
			}
			x := <-w.ended
			got, _ := m.Load(id)
			want := append(numbers(10), numbers(10)...)
			slices.Sort(want)
			if diff := cmp.Diff(want, m.about()); diff != "" || x.Status != flow.Succeeded {
				t.Errorf("%s %+v, journal %v\n%s", x.Status, x.Error, lines(got.Steps), diff)
			}
			distinct := map[string]bool{}
			for len(keys) > 0 {
				distinct[<-keys] = true
			}
			if len(distinct) != 10 || (orderly && sent.Load() != 10) {
				t.Errorf("%d sent, %d keys", sent.Load(), len(distinct))
			}
			for _, w := range lives {
				if !w.stopped {
					w.halt(t)
				}
			}
		})
	}
}

func TestACancelStopsAllPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := slow(func(ctx context.Context, _ node.Input) (node.Result, error) {
			<-ctx.Done()
			return node.Result{}, ctx.Err()
		})
		w := open(t, newMemory(), flowOf(flow.Options{}, inLoop(list(1)...), looping(over(9, 5, "continue")), hang), engine.Options{})
		defer w.close(t)
		id := w.call()
		synctest.Wait()
		if s := w.Stats(); s.Leaves != 5 || s.Running != 1 {
			t.Fatalf("%+v", s)
		}
		if _, err := w.Cancel(id); err != nil {
			t.Fatal(err)
		}
		x := <-w.ended
		synctest.Wait()
		if s := w.Stats(); x.Status != flow.Canceled || s.Leaves != 0 || s.Running != 0 {
			t.Errorf("%s, %+v", x.Status, s)
		}
	})
}

func TestPassesRunOutOfTimeAndPanicForThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := slow(func(ctx context.Context, in node.Input) (node.Result, error) {
			switch item(in, "item") {
			case "1":
				<-ctx.Done()
				return node.Result{}, ctx.Err()
			case "2":
				panic("index out of range")
			}
			return node.Result{}, nil
		})
		m := newMemory()
		nodes := inLoop(list(1)...)
		nodes[0].Branches[0].Nodes[0].Timeout = time.Second
		w := open(t, m, flowOf(flow.Options{}, nodes, looping(over(4, 4, "continue")), odd), engine.Options{})
		defer w.close(t)
		id := w.call()
		<-w.ended
		got, _ := m.Load(id)
		r := got.Steps[0].Result
		if r.Get("failed").Text() != "2" || !strings.Contains(r.Text(), `"code":"timeout"`) || !strings.Contains(r.Text(), `"code":"panic"`) {
			t.Errorf("came to %s", r)
		}

		w2 := open(t, newMemory(), flowOf(flow.Options{Timeout: time.Minute}, inLoop(list(1)...), looping(over(4, 4, "continue")), slow(func(ctx context.Context, _ node.Input) (node.Result, error) {
			<-ctx.Done()
			return node.Result{}, ctx.Err()
		})), engine.Options{})
		defer w2.close(t)
		w2.call()
		if x := <-w2.ended; x.Status != flow.Aborted || x.Reason != flow.ReasonTimeout {
			t.Errorf("%s %s", x.Status, x.Reason)
		}
	})
}

func TestAConditionIsAskedBeforeEachPass(t *testing.T) {
	for _, c := range []struct {
		holds func(expr.Scope) (bool, error)
		most  int
		want  flow.Status
		count int
		code  string
	}{
		{func(s expr.Scope) (bool, error) {
			v, err := s.Var("scopes", "each")
			n, _ := v.Get("index").Int()
			return n < 3, err
		}, 10, flow.Succeeded, 3, ""},
		{func(expr.Scope) (bool, error) { return true, nil }, 5, flow.Failed, 5, flow.CodeLimit},
		{func(expr.Scope) (bool, error) { return false, nil }, 5, flow.Succeeded, 0, ""},
		{func(expr.Scope) (bool, error) { return false, errors.New("what?") }, 5, flow.Failed, 0, flow.CodeTemplate},
		{func(expr.Scope) (bool, error) { panic("a defect") }, 5, flow.Failed, 0, flow.CodePanic},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			loop := looping(fmt.Sprintf(`{"while":true,"parallel":1,"maxItems":%d,"onItemError":"continue"}`, c.most))
			loop.holds = c.holds
			w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), loop, asks()), engine.Options{})
			defer w.close(t)
			w.call()
			x := <-w.ended
			if x.Status != c.want || len(m.records) != c.count || (x.Error != nil && x.Error.Code != c.code) {
				t.Errorf("%s %+v after %d passes", x.Status, x.Error, len(m.records))
			}
		})
	}
}

// TestAnOpInSeveralWritesGoesOnWhereItStood has filtered Ops take several writes, alone and in passes at
// once, with commits that fail and lives that end between them.
func TestAnOpInSeveralWritesGoesOnWhereItStood(t *testing.T) {
	update := func() *fake {
		return &fake{
			info: node.Info{Type: "record.update", Effect: node.Records},
			run: func(context.Context, node.Input) (node.Result, error) {
				return node.Result{Op: &collection.Op{Kind: collection.Update, Collection: "things", All: true}}, nil
			},
		}
	}
	for _, c := range []struct {
		name  string
		nodes []flow.Node
		fakes []*fake
		ops   int
	}{
		{"alone", list(2), []*fake{update(), gives(value.Null())}, 1},
		{"last", list(1), []*fake{update()}, 1},
		{"in passes", inLoop(list(2)...), []*fake{looping(over(3, 3, "fail")), update(), asks()}, 3},
	} {
		for _, mode := range []string{"", "before", "after", "dies"} {
			t.Run(c.name+" "+mode, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := newMemory()
					m.chunks = 4
					m.fail = func(n int) string {
						switch {
						case mode == "dies" && n == 3:
							return "after" // its owner does not get to know
						case mode != "dies" && n%2 == 0:
							return mode
						}
						return ""
					}
					flows := flowOf(flow.Options{}, c.nodes, c.fakes...)
					w := open(t, m, flows, engine.Options{})
					lives := []*world{w}
					id := w.call()
					if mode == "dies" {
						synctest.Wait()
						w = open(t, m, flows, engine.Options{})
						lives = append(lives, w)
					}
					x := <-w.ended
					got, _ := m.Load(id)
					updates := 0
					for _, r := range m.records {
						if r.IsMissing() {
							updates++
						}
					}
					if x.Status != flow.Succeeded || updates != 4*c.ops {
						t.Errorf("%s %+v, %d writes, journal %v", x.Status, x.Error, updates, lines(got.Steps))
					}
					for _, s := range got.Steps {
						if s.Type == "record.update" && s.Result.Text() != `{"count":40}` {
							t.Errorf("%s came to %s", s.Path, s.Result)
						}
					}
					for _, w := range lives {
						w.halt(t)
					}
				})
			})
		}
	}
}

func TestMorePassesThanTheEngineHasLeavesForRunAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		busy := slow(func(context.Context, node.Input) (node.Result, error) {
			most.Store(max(most.Load(), now.Add(1)))
			<-time.After(time.Second)
			now.Add(-1)
			return node.Result{}, nil
		})
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(20, 10, "fail")), busy), engine.Options{Leaves: 3})
		defer w.close(t)
		for range 4 {
			w.call()
		}
		for range 4 {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
		if n := most.Load(); n < 4 || n > 3+4 {
			t.Errorf("%d at once", n)
		}
	})
}

func TestALongLoopIsCommittedOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		most := 0
		m.saw = func(c store.Commit) { most = max(most, len(c.Steps)) }
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(3000, 1, "fail")), gives(value.Int(1))), engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Succeeded || most > 300 || m.commits > 3000/200 {
			t.Errorf("%s, %d commits, %d rows in one", x.Status, m.commits, most)
		}
	})
}
