package expr_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
)

// The sender chooses the data, so no expression over it may run for long.
func TestBudgetStopsWhatADataSizeBlowsUp(t *testing.T) {
	var numbers, objects, texts strings.Builder
	for i := 0; numbers.Len() < 1<<20; i++ {
		fmt.Fprintf(&numbers, "%d,", i)
	}
	for i := 0; objects.Len() < 1<<20; i++ {
		fmt.Fprintf(&objects, `{"id":%d,"name":"n%d"},`, i, i)
	}
	for i := 0; texts.Len() < 1<<20; i++ {
		fmt.Fprintf(&texts, `"%0100d",`, i)
	}
	runtime.LockOSThread() // workTime measures this thread
	defer runtime.UnlockOSThread()
	list := func(b *strings.Builder) string { return "[" + strings.TrimSuffix(b.String(), ",") + "]" }
	s := scopeOf(t, `{"context":{"data":{"n":`+list(&numbers)+`,"o":`+list(&objects)+`,"t":`+list(&texts)+
		`,"a":"`+strings.Repeat("a", 1<<20)+`","one":[1.5],"deep":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`}}}`)
	for _, source := range []string{
		`any($context.data.n, {let x = #; any($context.data.n, # == x + 0.5)})`,
		`filter($context.data.n, {let x = #; all($context.data.n, {let y = #; any($context.data.n, # == x + y)})})`,
		`map($context.data.o, {let x = #; count($context.data.o, .name == x.id)})`,
		`reduce($context.data.n, concat(#acc, [#]), [])`,
		`reduce($context.data.n, #acc + string(#), "")`,
		`reduce(1..100, #acc + #acc, $context.data.a)`,
		`1..9223372036854775807`, `-9223372036854775807..9223372036854775807`, `map(1..600000, 1..600000)`,
		`repeat($context.data.a, 1000000)`, `repeat("ab", 9000000000000000000)`, `replace($context.data.a, "a", $context.data.a)`, `replace($context.data.a, "", $context.data.a)`,
		`uniq($context.data.n)`,
		`map($context.data.n, $context.data.n[#])`, `map($context.data.n, $context.data.o[#].name)`,
		`map($context.data.n, # in $context.data.n)`,
		`map(1..1000, sort($context.data.t))`, `map(1..1000, $context.data.a matches "(a|b|ab)*c")`, `$context.data.a matches "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[^a]{900}"`,
		`map(1..100000, split($context.data.a, ""))`, `map(1..100000, upper($context.data.a))`, `map(1..100000, sha256($context.data.a))`, `map(1..600000, jsonParse('[1]'))`,
		`map(1..1000, $context.data.o == $context.data.t)`, `map(1..100000, trim($context.data.a, "b"))`, `trim($context.data.a, $context.data.a)`,
		`map(1..1000000, toJSON($context.data.deep))`, `map(1..1000, fromPairs(toPairs($context.data)))`,
		`map(1..1000, sum($context.data.n, # * 1.5))`, `map(1..100000, dateParse("2026-01-01", "YYYY-MM-DD", "Asia/Seoul"))`,
		`map(1..1000, groupBy($context.data.n, #))`, `map(1..100000, $context.data.a[1:2])`,
		`map(1..100000, $context.data.a contains "b")`, `map(1..100000, hasPrefix($context.data.a, $context.data.a))`,
		`map(1..100000, $context.data.a == $context.data.a + "")`, `map(1..100000, $context.data.o.name)`, `map(1..100000, len($context.data.o))`,
		`map(1..100000, [$context.data.a])`,
	} {
		c, err := expr.CompileExpression(source, expr.Options{Limits: expr.Limits{Steps: expr.MaxSteps / raceFactor}})
		if err != nil {
			if !fault.Is(err, fault.Limit) {
				t.Errorf("%s: %v", source, err)
			}
			continue
		}
		const most = 0.5 // seconds
		start := workTime(t)
		_, err = c.Eval(s)
		took := (workTime(t) - start).Seconds()
		t.Logf("%8.1f ms  %s", took*1000, source)
		if !fault.Is(err, fault.Limit) {
			t.Errorf("%s was not stopped: %v", source, err)
		}
		if took > most {
			t.Errorf("%s was stopped only after %.1f s", source, took)
		}
	}
}

func TestBudgetLeavesRoomForHonestWork(t *testing.T) {
	var items strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&items, `{"id":%d,"price":%d.50,"tags":["a","b"],"name":"item %d"},`, i, i, i)
	}
	s := scopeOf(t, `{"context":{"data":{"items":[`+strings.TrimSuffix(items.String(), ",")+`]}}}`)
	for _, source := range []string{
		`sum(filter($context.data.items, .price > 100 and "a" in .tags), .price)`,
		`sortBy($context.data.items, .name, "desc")[0:10]`,
		`len(uniq(map($context.data.items, .id % 100)))`,
		`groupBy($context.data.items, .id % 10)`,
		`map(1..30, {let n = #; count($context.data.items, .id == n)})`,
	} {
		if _, err := calculate(t, source, s); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// roomy is a scope with its own limit.
type roomy struct {
	scope
	limit int
}

func (r roomy) RenderLimit() int { return r.limit }

func TestAScopeSetsTheBoundOfWhatIsRendered(t *testing.T) {
	s := scopeOf(t, `{"context":{"data":"`+strings.Repeat("x", 2000)+`"}}`)
	c, err := expr.Compile("<{{$context.data}}>", expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for limit, fits := range map[int]bool{0: true, 1000: false, 2001: false, 2004: true, 1 << 24: true} {
		_, err := c.Eval(roomy{s, limit})
		if (err == nil) != fits || err != nil && !fault.Is(err, fault.Limit) {
			t.Errorf("with %d bytes: %v", limit, err)
		}
	}
	big := scopeOf(t, `{"context":{"data":"`+strings.Repeat("x", expr.MaxOutput)+`"}}`)
	if _, err := c.Eval(big); !fault.Is(err, fault.Limit) {
		t.Errorf("a scope without a bound renders more than MaxOutput: %v", err)
	}
	if _, err := c.Eval(roomy{big, 2 * expr.MaxOutput}); err != nil {
		t.Errorf("a roomy scope does not: %v", err)
	}
}
