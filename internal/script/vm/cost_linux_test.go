package vm

import (
	"os"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// BenchmarkCost measures what the heap's snapshot and its allocator save of a small script's cost. All
// variants run in turn in one process, so that a busy machine slows all of them:
//
//   - snapshot: what production does. Boot once, write the image back after each run.
//   - allocator: boot anew for each run, in the region, with our allocator.
//   - libc: boot anew for each run, with the C library's allocator, and free everything afterwards.
//   - bare: only the runtime and the context of libc, without the prelude and without a script.
//
// It reports the median processor time of each, in µs.
func BenchmarkCost(b *testing.B) {
	body, err := os.ReadFile("../../../examples/payloads/github_push_main.json")
	if err != nil {
		b.Fatal(err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, c := range []struct{ name, source, body string }{
		{"nothing", `return 1`, ""},
		{"branch", `return context.data.ref.replace('refs/heads/', '') === 'main'`, string(body)},
	} {
		b.Run(c.name, func(b *testing.B) {
			in := input(c.source)
			in.Body, in.Context = c.body, `{"headers":{}}`
			kept := start(b)
			anew := start(b)
			spent := make(map[string][]time.Duration)
			for b.Loop() {
				for name, run := range map[string]func(){
					"snapshot":  func() { mustRun(b, kept, in); kept.Reset() },
					"allocator": func() { reboot(b, anew); mustRun(b, anew, in) },
					"libc":      func() { m := onLibc(b); mustRun(b, m, in); m.freeAll() },
					"bare":      bare,
				} {
					before := threadTime(b)
					run()
					spent[name] = append(spent[name], threadTime(b)-before)
				}
			}
			for name, all := range spent {
				slices.Sort(all)
				b.ReportMetric(float64(all[len(all)/2].Nanoseconds())/1e3, name+"-µs")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func mustRun(b *testing.B, m *VM, in Input) {
	if _, err := m.Run(in); err != nil {
		b.Fatal(err)
	}
}

// reboot starts the engine again in used memory.
func reboot(b *testing.B, m *VM) {
	clear(m.heap.region[:roundUp(m.heap.high, pageSize)])
	m.heap, m.callbacks, m.dirty = newHeap(m.heap.region), nil, false
	if err := m.boot(); err != nil {
		b.Fatal(err)
	}
	lib.XJS_SetGCThreshold(m.tls, m.rt, gcThreshold)
}

// onLibc returns a VM whose memory comes from the C library. Its region is the whole address space.
func onLibc(b *testing.B) *VM {
	base := unsafe.Add(nil, pageSize)
	all := unsafe.Slice((*byte)(base), 1<<47)
	m := &VM{heap: &heap{base: base, size: 1 << 47, region: all, heapState: &heapState{}}, tls: libc.NewTLS()}
	m.rt = lib.XJS_NewRuntime(m.tls)
	if err := m.populate(); err != nil {
		b.Fatal(err)
	}
	lib.XJS_SetGCThreshold(m.tls, m.rt, gcThreshold)
	return m
}

func (m *VM) freeAll() {
	m.freeBytes(m.scratch)
	m.freeBytes(m.fileName)
	for _, v := range []lib.TJSValue{m.hooks.begin, m.hooks.isWhole, m.hooks.exact, m.hooks.describe} {
		m.free(v)
	}
	lib.XJS_FreeContext(m.tls, m.ctx)
	lib.XJS_FreeRuntime(m.tls, m.rt)
	m.tls.Close()
}

func bare() {
	tls := libc.NewTLS()
	rt := lib.XJS_NewRuntime(tls)
	lib.XJS_FreeContext(tls, lib.XJS_NewContext(tls, rt))
	lib.XJS_FreeRuntime(tls, rt)
	tls.Close()
}

func threadTime(b *testing.B) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}
