package script

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// runaways returns scripts that do not end. The first four cannot be stopped by the interrupt handler
// (ARCHITECTURE §7), because the engine is inside one of its own loops.
func runaways() map[string]string {
	return map[string]string{
		"join of 2e9 holes":      `return new Array(2e9).join(',').length`,
		"indexOf in 1e15":        `return Array.prototype.indexOf.call({length: 1e15}, 1)`,
		"split and join":         `const s = 'x'.repeat(256 * 1024); for (;;) s.split('').join('')`,
		"sort of a typed array":  `const a = new Float64Array(2e6); for (let i = 0; i < a.length; i++) a[i] = (i * 7919) % 2e6; for (;;) a.sort((x, y) => y - x)`,
		"native sort":            `for (;;) { const a = new Float64Array(1e6).map((_, i) => -i); a.sort() }`,
		"loop":                   `for (;;);`,
		"loop that catches":      `for (;;) { try { for (;;); } catch {} finally { continue } }`,
		"regular expression":     `return /^(a+)+$/.test('a'.repeat(40) + 'b')`,
		"regular expression 2":   `return /(x+x+)+y/.test('x'.repeat(4000))`,
		"microtasks":             `const f = () => Promise.resolve().then(f); await f()`,
		"microtasks by await":    `for (;;) await null`,
		"microtasks in parallel": `const f = async () => { for (;;) await f2() }, f2 = async () => {}; f(); await f()`,
		"getter on the result":   `return { get a() { for (;;); } }`,
		"toJSON on the result":   `return { toJSON() { for (;;); } }`,
		"then of the result":     `return { then() { for (;;); } }`,
		"getter on the error":    `throw { get message() { for (;;); } }`,
		"generator":              `function* g() { for (;;) yield 1 } for (const x of g());`,
		"proxy":                  `const p = new Proxy({}, { ownKeys() { for (;;); } }); Object.keys(p)`,
		"big integers":           `let n = 3n; for (;;) n = n * n % (2n ** 100000n) + 3n`,
		"string search":          `const s = 'a'.repeat(1 << 20); for (;;) s.lastIndexOf('b'.repeat(1000))`,
		"JSON":                   `const a = JSON.stringify(new Array(2e5).fill({a: 1})); for (;;) JSON.parse(a)`,
		"hashing":                `const c = require('crypto'); const s = 'x'.repeat(4e6); for (;;) c.createHash('sha512').update(s).digest('hex')`,
		"console":                `for (;;) console.log('x'.repeat(1000))`,
	}
}

func TestRunawayScriptsAreEndedOnTime(t *testing.T) {
	const limit = 200 * time.Millisecond
	p := newPool(t, 2)
	now := clock.System()
	for name, source := range runaways() {
		t.Run(name, func(t *testing.T) {
			began := now.Now()
			text, kind, _ := outcome(p, Run{Source: source, Timeout: limit})
			if kind != Timeout {
				t.Errorf("ended as %s: %.200s, want %s", kind, text, Timeout)
			}
			// Allow for the grace period, and some seconds for a busy machine to start, notice and reap.
			if took := now.Now().Sub(began); took > limit+KillGrace+10*time.Second {
				t.Errorf("took %s with a limit of %s", took, limit)
			}
			if text, _, failed := outcome(p, Run{Source: `return 'next'`, Timeout: time.Minute}); failed || text != `"next"` {
				t.Errorf("the next run: %s", text)
			}
		})
	}
}

// TestARunawayDoesNotDisturbOthers keeps one worker in the engine's longest loop and counts the runs of the
// other one in the meantime.
func TestARunawayDoesNotDisturbOthers(t *testing.T) {
	p := newPool(t, 2)
	outcome(p, Run{Source: `return 1`})
	var wg sync.WaitGroup
	ended := make(chan struct{})
	wg.Go(func() {
		defer close(ended)
		if text, kind, _ := outcome(p, Run{Source: `new Array(2e9).join(',')`, Timeout: time.Second}); kind != Timeout {
			t.Errorf("the runaway ended as %s: %s", kind, text)
		}
	})
	n := 0
	for done := false; !done; n++ {
		select {
		case <-ended:
			done = true
		default:
			if text, _, failed := outcome(p, Run{Source: `return 1`}); failed {
				t.Fatalf("run %d beside the runaway: %s", n, text)
			}
		}
	}
	wg.Wait()
	if n < 10 {
		t.Errorf("only %d runs beside the runaway", n)
	}
	t.Logf("%d runs beside the runaway", n)
}

func TestMemoryWithoutEndIsRefused(t *testing.T) {
	p := newPool(t, 1)
	for name, source := range map[string]string{
		"arrays":        `const a = []; for (;;) a.push(new Array(1000).fill(a.length))`,
		"one array":     `const a = []; for (;;) a.push(1.5)`,
		"string":        `let s = 'x'; for (;;) s += s + 'y'`,
		"strings":       `const a = []; for (;;) a.push('x'.repeat(1e5) + a.length)`,
		"typed array":   `return new Uint8Array(1e9).length`,
		"typed arrays":  `const a = []; for (;;) a.push(new Uint8Array(1e6))`,
		"map":           `const m = new Map(); for (let i = 0; ; i++) m.set(i, {i})`,
		"closures":      `let f = () => 0; for (;;) { const g = f; f = () => g }`,
		"big integer":   `let n = 2n; for (;;) n = n ** 3n`,
		"promises":      `const a = []; for (;;) a.push(new Promise(() => {}).then(() => 1))`,
		"symbols":       `const o = {}; for (;;) o[Symbol()] = 1`,
		"atoms":         `const o = {}; for (let i = 0; ; i++) o['k' + i] = i`,
		"regexps":       `const a = []; for (let i = 0; ; i++) a.push(new RegExp('a'.repeat(1000) + i))`,
		"hash input":    `const h = require('crypto').createHash('md5'); for (;;) h.update('x'.repeat(1e6))`,
		"buffers":       `const { Buffer } = require('buffer'); let b = Buffer.alloc(1000); for (;;) b = Buffer.concat([b, b])`,
		"error message": `throw new Error('x'.repeat(10e6) + 'y'.repeat(10e6))`,
		"caught":        `const a = []; try { for (;;) a.push(new Array(1000).fill(1)) } catch (e) { throw e }`,
	} {
		t.Run(name, func(t *testing.T) {
			text, kind, _ := outcome(p, Run{Source: source, Memory: 16 << 20, Timeout: time.Minute})
			engineLimit := strings.Contains(text, "too long") || strings.Contains(text, "too large")
			if kind != Memory && !(kind == Threw && engineLimit) {
				t.Errorf("ended as %s: %.200s, want %s", kind, text, Memory)
			}
			if text, _, failed := outcome(p, Run{Source: `return 'next'`, Timeout: time.Minute}); failed || text != `"next"` {
				t.Errorf("the next run: %s", text)
			}
		})
	}
}

func TestRecursionEndsAsAnError(t *testing.T) {
	p := newPool(t, 1)
	for name, source := range map[string]string{
		"function": `const f = () => f() + 1; f()`,
		"getter":   `const o = { get a() { return this.a } }; o.a`,
		"toString": `const o = { toString() { return '' + this } }; '' + o`,
		"proxy":    `let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x`,
		"toJSON":   `const o = { toJSON() { return JSON.stringify(this) } }; JSON.stringify(o)`,
		"sort":     `const f = () => [2, 1].sort(f); f()`,
		"replace":  `const f = () => 'a'.replace('a', f); f()`,
		"regexp":   `new RegExp('('.repeat(1e5) + ')'.repeat(1e5))`,
		"source":   `eval('['.repeat(1e5) + ']'.repeat(1e5))`,
		"JSON":     `JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))`,
	} {
		t.Run(name, func(t *testing.T) {
			text, kind, failed := outcome(p, Run{Source: source})
			if !failed || kind != Threw && kind != Memory {
				t.Errorf("ended as %s: %.200s", kind, text)
			}
			t.Logf("%.100s", text)
		})
	}
}

func TestAPromiseThatNothingSettlesIsAnErrorAtOnce(t *testing.T) {
	p := newPool(t, 1)
	text, kind, _ := outcome(p, Run{Source: `await new Promise(() => {})`})
	if kind != Threw || text != "the script waits for a promise that nothing will ever settle" {
		t.Errorf("got %s: %s", kind, text)
	}
}

func TestACallerWhoLeavesEndsItsRun(t *testing.T) {
	p := newPool(t, 1)
	for name, source := range map[string]string{
		"interruptible": `for (;;);`,
		"not":           `new Array(2e9).join(',')`,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			_, err := p.Do(ctx, Run{Source: source, Timeout: time.Minute})
			var e *Error
			if !errors.As(err, &e) || e.Kind != Canceled {
				t.Errorf("got %v, want %s", err, Canceled)
			}
			if text, _, failed := outcome(p, Run{Source: `return 'next'`}); failed {
				t.Errorf("the next run: %s", text)
			}
		})
	}
}
