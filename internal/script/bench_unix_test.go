//go:build unix

package script

import (
	"context"
	"os"
	"syscall"
	"testing"
)

// BenchmarkPool runs small scripts on a GitHub push of 7.8 KB. In addition to runs per second it reports the
// CPU time per run in server and workers together, which is meaningful even on a busy machine.
func BenchmarkPool(b *testing.B) {
	body, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, source, body string }{
		{"nothing", `return 1`, ""},
		{"branch", `return context.data.ref.replace('refs/heads/', '') === 'main'`, string(body)},
		{"signature", sampleSignature, string(body)},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := newPool(b, 0)
			run := Run{Source: c.source, Context: signed("your-secret-key", c.body), Body: c.body}
			if _, err := p.Do(context.Background(), run); err != nil {
				b.Fatal(err)
			}
			before := cpu(b, syscall.RUSAGE_SELF) + cpu(b, syscall.RUSAGE_CHILDREN)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := p.Do(context.Background(), run); err != nil {
						b.Error(err)
					}
				}
			})
			b.StopTimer()
			p.Close() // only reaped processes are counted
			spent := cpu(b, syscall.RUSAGE_SELF) + cpu(b, syscall.RUSAGE_CHILDREN) - before
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
			b.ReportMetric(spent*1e6/float64(b.N), "cpu-µs/run")
		})
	}
}

// cpu returns the CPU time in seconds of this process or of its reaped children.
func cpu(b *testing.B, who int) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
