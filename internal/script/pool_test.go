package script

import (
	"context"
	"os"
	"testing"

	"hookline.dev/hookline/internal/value"
)

func TestPoolRunsScripts(t *testing.T) {
	p := newPool(t, 2)
	text, _, failed := outcome(p, Run{Source: `console.log('hello', {a: 1}); return 1 + 1`})
	if failed || text != "2" {
		t.Fatalf("got %s", text)
	}
	out, err := p.Do(context.Background(), Run{Source: `console.log('hello', {a: 1}); console.warn('%s is %d', 'x', 7); return env.A`, Env: map[string]string{"A": "b"}})
	t.Log(out, err)
}

func BenchmarkPool(b *testing.B) {
	body, err := os.ReadFile("/work/shared/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	p := newPool(b, 0)
	headers, _ := value.Parse(`{"headers":{"x-github-event":"push"}}`, value.Limits{})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := p.Do(context.Background(), Run{
				Source:  `return context.data.ref.replace('refs/heads/', '') === 'main'`,
				Context: headers, Body: string(body),
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
}
