package script

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fairshare"
)

// TestEndlessScriptsOfOneWorkflowDoNotDelayAnother has twenty scripts of a workflow run without end, and calls a
// short one of another workflow meanwhile. It was run against a pool that deals its workers first come, first served:
// the short script waited for as long as an endless one may take.
func TestEndlessScriptsOfOneWorkflowDoNotDelayAnother(t *testing.T) {
	p := newSharedPool(t, 2, fairshare.DefaultShare)
	ctx, cancel := context.WithCancel(context.Background())
	var flood sync.WaitGroup
	running := make(chan struct{}, 1)
	for range 20 {
		flood.Go(func() {
			_, _ = p.Do(ctx, Run{Workflow: "flood", Source: `for (;;);`, Timeout: MaxTimeout})
		})
	}
	go func() {
		for p.slots.Used() == 0 {
			<-time.After(time.Millisecond)
		}
		running <- struct{}{}
	}()
	<-running
	now := clock.System()
	for i := range 5 {
		began := now.Now()
		text, _, failed := outcome(p, Run{Workflow: "other", Source: fmt.Sprintf(`return %d`, i), Timeout: time.Minute})
		if failed || text != fmt.Sprint(i) {
			t.Errorf("the other workflow's script: %s", text)
		}
		// The first one starts a process, which takes its time on a busy machine.
		if took := now.Now().Sub(began); took > time.Second && i > 0 || took > startTimeout {
			t.Errorf("script %d of the other workflow took %s", i, took)
		}
	}
	cancel()
	flood.Wait()
	if n := p.slots.Used(); n != 0 {
		t.Errorf("%d slots are taken", n)
	}
}

func TestOneWorkflowGetsAllWorkersWhenTheShareSaysSo(t *testing.T) {
	p := newPool(t, 2)
	for range 2 {
		if err := p.acquire(t.Context(), "w"); err != nil {
			t.Fatal(err)
		}
	}
	if p.slots.Try("w") {
		t.Error("there is a third slot")
	}
}
