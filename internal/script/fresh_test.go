package script

import (
	"testing"
	"time"
)

// TestNothingOfARunIsLeftForTheNext runs pairs of scripts on one worker: the first modifies what it can reach,
// and the second must find the initial state.
func TestNothingOfARunIsLeftForTheNext(t *testing.T) {
	p := newPool(t, 1)
	for spoil, look := range map[string][2]string{
		`globalThis.left = 'here'; var alsoLeft = 1`:                                {`return typeof left + typeof alsoLeft`, `"undefinedundefined"`},
		`Object.prototype.left = 1`:                                                 {`return ({}).left`, `null`},
		`Array.prototype.push = () => 'spoiled'`:                                    {`const a = []; a.push(1); return a`, `[1]`},
		`Promise.prototype.then = () => { throw 1 }`:                                {`return await Promise.resolve(1).then((n) => n + 1)`, `2`},
		`JSON.stringify = JSON.parse = () => 'spoiled'`:                             {`return JSON.stringify(JSON.parse('[1]'))`, `"[1]"`},
		`require('crypto').createHash = 1`:                                          {`return typeof require('crypto').createHash`, `"function"`},
		`require('buffer').Buffer.prototype.toString = () => 'spoiled'`:             {`return require('buffer').Buffer.from('a').toString()`, `"a"`},
		`delete globalThis.console; delete globalThis.require`:                      {`return typeof console + typeof require`, `"objectfunction"`},
		`Object.freeze(Object.prototype); Object.freeze(globalThis)`:                {`Object.prototype.a = 1; globalThis.b = 2; return ({}).a + b`, `3`},
		`Symbol.for('left').description; globalThis[Symbol.for('left')] = 1`:        {`return globalThis[Symbol.for('left')]`, `null`},
		`Object.defineProperty(globalThis, 'left', {value: 1})`:                     {`return typeof left`, `"undefined"`},
		`Error.stackTraceLimit = 0; Error.prototype.name = 'Spoiled'`:               {`return new Error('x').toString()`, `"Error: x"`},
		`(async () => { for (;;) { await null; globalThis.left = 1 } })(); throw 1`: {`await null; return typeof left`, `"undefined"`},
		`const a = []; for (;;) a.push(new Array(1000).fill('secret'))`:             {`return new Uint8Array(1e6).every((b) => b === 0)`, `true`},
		`throw new Error('x')`:                                                      {`return 1`, `1`},
		`for (;;);`:                                                                 {`return 1`, `1`},
	} {
		outcome(p, Run{Source: spoil, Timeout: 200 * time.Millisecond})
		if text, _, _ := outcome(p, Run{Source: look[0], Timeout: time.Minute}); text != look[1] {
			t.Errorf("after %s\n%s gave %s, want %s", spoil, look[0], text, look[1])
		}
	}
}

func TestRunsDrawDifferentRandomNumbers(t *testing.T) {
	p := newPool(t, 1)
	seen := map[string]bool{}
	const runs = 50
	for range runs {
		text, _, _ := outcome(p, Run{Source: `return [Math.random(), require('crypto').randomUUID()]`})
		seen[text] = true
	}
	if len(seen) != runs {
		t.Errorf("%d different draws in %d runs", len(seen), runs)
	}
}

func TestTheWorkersEnvironmentIsEmpty(t *testing.T) {
	t.Setenv("SECRET_OF_THE_SERVER", "leaked")
	p := newPool(t, 1)
	outcome(p, Run{Source: `return 1`})
	c := p.running()[0]
	if len(c.cmd.Env) != 0 || c.cmd.Env == nil {
		t.Errorf("the worker got %v", c.cmd.Env)
	}
}
