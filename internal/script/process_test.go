package script

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// running returns the pool's worker processes.
func (p *Pool) running() []*child {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*child
	for c := range p.all {
		list = append(list, c)
	}
	return list
}

// busy waits until the pool's only worker is running a script.
func busy(t *testing.T, p *Pool) *child {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		for _, c := range p.running() {
			c.mu.Lock()
			seq := c.seq
			c.mu.Unlock()
			if seq != 0 {
				return c
			}
		}
		select {
		case <-deadline:
			t.Fatal("no worker got a run")
		default:
			runtime.Gosched()
		}
	}
}

// isChild reports whether the process exists, even as a zombie.
func isChild(pid int) bool { _, err := os.Stat("/proc/" + strconv.Itoa(pid)); return err == nil }

func TestAWorkerKilledFromOutsideFailsItsRunOnly(t *testing.T) {
	p := newPool(t, 1)
	outcome(p, Run{Source: `return 1`})
	result := make(chan error, 1)
	go func() {
		_, err := p.Do(context.Background(), Run{Source: `for (;;);`, Timeout: time.Minute})
		result <- err
	}()
	c := busy(t, p)
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var e *Error
	if err := <-result; !errors.As(err, &e) || e.Kind != Killed || !strings.Contains(e.Message, "killed") {
		t.Errorf("got %v, want %s", err, Killed)
	}
	if text, _, failed := outcome(p, Run{Source: `return 'next'`}); failed {
		t.Errorf("the next run: %s", text)
	}
	if n := len(p.running()); n != 1 {
		t.Errorf("%d workers, want 1", n)
	}
}

func TestAWorkerKilledWhileIdleIsReplacedUnnoticed(t *testing.T) {
	p := newPool(t, 1)
	for range 3 {
		if text, _, failed := outcome(p, Run{Source: `return 1`}); failed {
			t.Fatal(text)
		}
		c := p.running()[0]
		if err := c.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-c.exited
	}
}

func TestCloseEndsEveryWorker(t *testing.T) {
	p := newPool(t, 3)
	const runs = 3
	result := make(chan error, runs)
	for _, source := range []string{`for (;;);`, `new Array(2e9).join(',')`, `for (;;) await null`} {
		go func() {
			_, err := p.Do(context.Background(), Run{Source: source, Timeout: time.Minute})
			result <- err
		}()
	}
	for len(p.running()) < runs {
		runtime.Gosched()
	}
	workers := p.running()
	p.Close()
	for range runs {
		var e *Error
		if err := <-result; !errors.As(err, &e) || e.Kind != Killed {
			t.Errorf("got %v, want %s", err, Killed)
		}
	}
	for _, c := range workers {
		if runtime.GOOS == "linux" && isChild(c.cmd.Process.Pid) {
			t.Errorf("process %d is still there, running or as a zombie", c.cmd.Process.Pid)
		}
	}
	if _, err := p.Do(context.Background(), Run{Source: `return 1`}); err == nil {
		t.Error("a closed pool ran a script")
	}
	p.Close()
}

// TestWorkersEndWithTheirParent closes the pipes, as the server's death would, while a script is in a loop that
// cannot be interrupted.
func TestWorkersEndWithTheirParent(t *testing.T) {
	p := newPool(t, 1)
	go func() {
		_, _ = p.Do(context.Background(), Run{Source: `new Array(2e9).join(',')`, Timeout: time.Minute})
	}()
	c := busy(t, p)
	_ = c.in.Close()
	select {
	case <-c.exited:
	case <-time.After(10 * time.Second):
		t.Error("the worker outlived the pipe to its server")
	}
}

func TestMoreCallersThanWorkersWait(t *testing.T) {
	p := newPool(t, 2)
	const callers = 40
	result := make(chan string, callers)
	for range callers {
		go func() {
			text, _, _ := outcome(p, Run{Source: `return 1`})
			result <- text
		}()
	}
	for range callers {
		if text := <-result; text != "1" {
			t.Error(text)
		}
	}
	if n := len(p.running()); n > 2 {
		t.Errorf("%d workers for a pool of 2", n)
	}
}

func TestWaitingForAWorkerIsBoundedByTheCaller(t *testing.T) {
	p := newPool(t, 1)
	go outcome(p, Run{Source: `for (;;);`, Timeout: time.Minute})
	busy(t, p)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var e *Error
	if _, err := p.Do(ctx, Run{Source: `return 1`}); !errors.As(err, &e) || e.Kind != Canceled {
		t.Errorf("got %v, want %s", err, Canceled)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := p.Do(ctx, Run{Source: `return 1`}); !errors.As(err, &e) || e.Kind != Canceled {
		t.Errorf("got %v, want %s", err, Canceled)
	}
	p.Close()
}

func TestAProgramThatIsNoWorkerIsAnErrorThatSaysSo(t *testing.T) {
	for _, command := range [][]string{{"/bin/true"}, {"/bin/echo", "hello, world"}, {"/nowhere/to/be/found"}} {
		p, err := New(Options{Command: command, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		text, kind, failed := outcome(p, Run{Source: `return 1`})
		if !failed || kind != Killed || !strings.Contains(text, "cannot be started") {
			t.Errorf("%v: %s", command, text)
		}
		t.Log(text)
		p.Close()
	}
}

func TestTheLogOfAKilledRunIsKept(t *testing.T) {
	p := newPool(t, 1)
	out, err := p.Do(context.Background(), Run{
		Source:  `console.log('before'); for (const end = Date.now() + 200; Date.now() < end;); new Array(2e9).join(',')`,
		Timeout: 500 * time.Millisecond,
	})
	var e *Error
	if !errors.As(err, &e) || e.Kind != Timeout || len(out.Log) != 1 || out.Log[0].Text != "before" {
		t.Errorf("got %v, log %v", err, out.Log)
	}
}
