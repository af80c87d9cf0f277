package vm

import (
	"os"
	"sync/atomic"
	"testing"
)

func start(t testing.TB) *VM {
	t.Helper()
	m, err := New(64 << 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func input(source string) Input {
	return Input{Source: source, Memory: 64 << 20, Result: 1 << 20, Stop: new(atomic.Bool)}
}

func TestRunReturnsWhatTheScriptReturns(t *testing.T) {
	m := start(t)
	for _, c := range []struct{ source, want, err string }{
		{`return 1 + 1`, `2`, ""},
		{``, `null`, ""},
		{`return {a: [1, "x", null, true]}`, `{"a":[1,"x",null,true]}`, ""},
		{`return await Promise.resolve(7)`, `7`, ""},
		{`return 2n ** 70n`, `1180591620717411303424`, ""},
		{`return {id: 9007199254740993n}`, `{"id":9007199254740993}`, ""},
		{`throw new Error('Invalid signature')`, ``, "Error: Invalid signature"},
		{`throw 'text'`, ``, "text"},
		{"\n\nnope()", ``, "ReferenceError: 'nope' is not defined"},
		{`return }`, ``, "SyntaxError: "},
		{`} ); 7; (async function () {`, ``, "SyntaxError: the source closes a brace that it did not open"},
		{`await new Promise(() => {})`, ``, "the script waits for a promise that nothing will ever settle"},
		{`let a = []; for (;;) a.push(new Array(1000).fill(1))`, ``, "the script needs more than its 67108864 bytes of memory"},
		{`const f = () => f() + 1; return f()`, ``, "InternalError: stack overflow"},
		{`return 'é' + '€' + '😀' + '\ud800'`, `"é€😀\ud800"`, ""},
	} {
		t.Run(c.source, func(t *testing.T) {
			got, err := m.Run(input(c.source))
			if c.err == "" && err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q, %q", got, err, c.want, c.err)
			}
			if c.err != "" && (err == nil || err.Error() != c.err && c.err != "SyntaxError: ") {
				t.Errorf("got error %v, want %q", err, c.err)
			}
		})
	}
}

func BenchmarkRun(b *testing.B) {
	body, err := os.ReadFile("../../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, source string }{
		{"nothing", ``},
		{"empty", ``},
		{"branch", `return context.data.ref.replace('refs/heads/', '') === 'main'`},
		{"stringify", `return JSON.stringify(context.data).length`},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := start(b)
			b.ReportAllocs()
			for b.Loop() {
				in := input(c.source)
				if c.name != "nothing" {
					in.Body = string(body)
				}
				in.Context = `{"headers":{}}`
				if _, err := m.Run(in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
		})
	}
}
