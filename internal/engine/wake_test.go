package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
)

// delays is a node that waits for as many seconds as the call's body says.
func delays() *fake {
	return &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		body, err := in.Scope.Var("context", "rawBody")
		if err != nil {
			return node.Result{}, err
		}
		text, _ := body.Str()
		seconds, err := strconv.Atoi(text)
		return node.Result{Until: in.Now.Add(time.Duration(seconds) * time.Second)}, err
	}}
}

// waits are executions with the instants at which they have to end.
type waits map[ident.ID]time.Time

// add submits an execution that waits for some seconds.
func (ws waits) add(w *harness, seconds int) {
	at := clock.System().Now().Add(time.Duration(seconds) * time.Second)
	ws[w.callWith("test", strconv.Itoa(seconds))] = at
}

// check takes the ends of all executions. Each must come at its instant; late is allowed on top.
func (ws waits) check(t *testing.T, m *memory, late time.Duration) {
	t.Helper()
	<-time.After(time.Hour)
	for id, at := range ws {
		got, err := m.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		x := got.Execution
		if x.Status != flow.Succeeded || x.FinishedAt.Before(at) || x.FinishedAt.After(at.Add(late)) {
			t.Errorf("%s at %s; want an end at %s", x.Status, x.FinishedAt, at)
		}
	}
}

func TestEveryDelayEndsAtItsInstant(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var many []int
	for range 300 {
		many = append(many, random.IntN(200))
	}
	for name, seconds := range map[string][]int{
		"the shorter one first": {1, 4},
		"the longer one first":  {4, 1},
		"three at one instant":  {2, 2, 2},
		"many in any order":     many,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				w := open(t, m, flowOf(flow.Options{}, list(1), delays()), engine.Options{Slots: 2, HandOff: 16})
				ws := waits{}
				for _, s := range seconds {
					ws.add(w, s)
				}
				ws.check(t, m, 0)
				w.close(t)
			})
		})
	}
}

func TestEveryBackOffEndsAtItsInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := &fake{run: func(context.Context, node.Input) (node.Result, error) { return node.Result{}, errors.New("down") }}
		nodes := list(1)
		nodes[0].Retry = flow.Retry{Attempts: 4, Delay: time.Second, Factor: 3}
		w := open(t, newMemory(), flowOf(flow.Options{}, nodes, down), engine.Options{})
		started := map[ident.ID]time.Time{}
		for range 20 {
			started[w.call()] = clock.System().Now()
			<-time.After(300 * time.Millisecond)
		}
		<-time.After(time.Minute)
		if len(w.ended) != len(started) {
			t.Errorf("%d of %d ended", len(w.ended), len(started))
		}
		w.close(t)
		close(w.ended)
		for x := range w.ended {
			if took := x.FinishedAt.Sub(started[x.ID]); took != (1+3+9)*time.Second {
				t.Errorf("three back-offs took %s", took)
			}
		}
	})
}

// TestDelaysOutlastRestarts ends the life of the engine between the instants, in order or not.
func TestDelaysOutlastRestarts(t *testing.T) {
	for seed := range uint64(50) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			m, c := newMemory(), flowOf(flow.Options{}, list(1), delays())
			w := open(t, m, c, engine.Options{})
			lives, ws := []*harness{w}, waits{}
			for range 5 {
				for range random.IntN(6) {
					ws.add(w, random.IntN(20))
				}
				<-time.After(time.Duration(random.IntN(5000)) * time.Millisecond)
				synctest.Wait()
				w.leave(t, random)
				w = open(t, m, c, engine.Options{})
				w.ids = lives[0].ids
				lives = append(lives, w)
			}
			ws.check(t, m, 0)
			haltAll(t, lives)
		})
	}
}

// TestADelayOutlastsATableThatCannotSayWhenItEnds has NextWake fail for a time.
func TestADelayOutlastsATableThatCannotSayWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.wakeErr = errors.New("the database is away")
		w := open(t, m, flowOf(flow.Options{}, list(1), delays()), engine.Options{})
		ws := waits{}
		for _, s := range []int{1, 4, 9} {
			ws.add(w, s)
		}
		<-time.After(6 * time.Second)
		m.unknownWake(nil)
		ws.check(t, m, 4*time.Second)
		w.close(t)
	})
}

// TestADelayOfAnotherProcessIsFound has a wait appear in the table that this engine was not told of.
func TestADelayOfAnotherProcessIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), delays()), engine.Options{})
		ws := waits{}
		ws.add(w, 10)
		ws.add(w, 100)
		<-time.After(5 * time.Second)
		m.mu.Lock()
		for id, r := range m.rows {
			r.Execution.WakeAt = r.Execution.WakeAt.Add(-4 * time.Second) // as if it had been released elsewhere
			r.Steps[0].WakeAt = r.Execution.WakeAt
			ws[id] = r.Execution.WakeAt
		}
		m.mu.Unlock()
		ws.check(t, m, 2*time.Second)
		w.close(t)
	})
}
