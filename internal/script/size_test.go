package script

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestLargeInputsAndResultsPass(t *testing.T) {
	p := newPool(t, 1)
	body := `"` + strings.Repeat("x", 25<<20) + `"`
	text, _, _ := outcome(p, Run{Source: `return context.data.length`, Body: body, Timeout: time.Minute, Memory: 200 << 20})
	if text != "26214400" {
		t.Errorf("25 MiB of body: %s", text)
	}
	text, kind, _ := outcome(p, Run{Source: `return context.data.length`, Body: body, Timeout: time.Minute, Memory: 1 << 20})
	if kind != Memory {
		t.Errorf("25 MiB of body in 1 MiB of memory: %s", text)
	}
	text, _, _ = outcome(p, Run{Source: `return 'x'.repeat(1024 * 1024 - 2)`})
	if len(text) != MaxResult {
		t.Errorf("a result of %d bytes: got %d", MaxResult, len(text))
	}
	// A large string under a small memory limit must not fail because of how it grew.
	text, _, _ = outcome(p, Run{Source: `const a = []; for (let i = 0; i < 1e6; i++) a.push(i); return a.length`, Timeout: time.Minute, Memory: 48 << 20})
	if text != "1000000" {
		t.Errorf("an array of a million: %s", text)
	}
}

func TestWhatIsTooLargeIsRefusedBeforeItIsSent(t *testing.T) {
	p := newPool(t, 1)
	for want, r := range map[string]Run{
		"the source is 262145 bytes, a script may have 262144":                              {Source: strings.Repeat(" ", MaxSource+1)},
		"source, context, nodes and env are 67108871 bytes, a script may be given 67108864": {Body: strings.Repeat(" ", MaxInput) + "1"},
		"the time limit is 5m0.000000001s, at most 5m0s are possible":                       {Timeout: MaxTimeout + 1},
		"the memory limit is 268435457 bytes, at most 268435456 are possible":               {Memory: MaxMemory + 1},
	} {
		text, kind, _ := outcome(p, r)
		if kind != TooLarge || text != want {
			t.Errorf("got %s: %s\nwant %s", kind, text, want)
		}
	}
	if n := len(p.running()); n != 0 {
		t.Errorf("%d workers were started for nothing", n)
	}
}

func TestTheLogIsBounded(t *testing.T) {
	p := newPool(t, 1)
	for name, c := range map[string]struct {
		source string
		lines  int
		last   string
	}{
		"lines":     {`for (let i = 0; i < 1500; i++) console.log(i)`, MaxLogLines + 1, "… 500 more lines were not kept"},
		"bytes":     {`for (let i = 0; i < 100; i++) console.log('x'.repeat(1000))`, 66, "… 35 more lines were not kept"},
		"one line":  {`console.log('x'.repeat(1e6))`, 1, strings.Repeat("x", 4096) + "…"},
		"levels":    {`console.debug('a'); console.info('b'); console.warn('c'); console.error('d')`, 4, "d"},
		"nothing":   {`console.log()`, 1, ""},
		"lone half": {`console.log('\ud800')`, 1, "\ufffd"},
		"kinds":     {`console.log(1n, Symbol('s'), () => 1, null, undefined, -0, NaN, [1, {a: 2n}])`, 1, `1n Symbol(s) [function] null undefined -0 NaN [1,{"a":"2n"}]`},
		"formats":   {`console.log('%s %d %i %j %% %x', 'a', '4.5', -4.5, {a: 1}, 'more')`, 1, `a 4.5 -4 {"a":1} % %x more`},
		"error":     {`console.error(new TypeError('x'))`, 1, "TypeError: x\n    at <anonymous> (script:1:48)\n"},
	} {
		out, err := p.Do(context.Background(), Run{Source: c.source})
		if err != nil || len(out.Log) != c.lines || out.Log[len(out.Log)-1].Text != c.last {
			last := "nothing"
			if len(out.Log) > 0 {
				last = out.Log[len(out.Log)-1].Text
			}
			t.Errorf("%s: %v, %d lines, the last is %.100q; want %d and %.100q", name, err, len(out.Log), last, c.lines, c.last)
		}
	}
}
