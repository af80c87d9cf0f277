package storetest

import (
	"fmt"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

func testKeys(t *testing.T, d Driver) {
	// deleteKeys repeats DeleteExpiredKeys until no expired key is left.
	deleteKeys := func(w *harness, limit int) (total int) {
		w.Helper()
		for {
			n, err := w.DeleteExpiredKeys(w.now(), limit)
			w.ok(err)
			if total += n; n > limit {
				w.Fatalf("%d keys were deleted, and the limit is %d", n, limit)
			}
			if n == 0 {
				return total
			}
		}
	}

	t.Run("expired keys are deleted, others stay", func(t *testing.T) {
		w := newHarness(t, d)
		const expired, current = 57, 23
		for i := range expired {
			w.runs(w.keyed(fmt.Sprint("expired ", i)))
		}
		w.clock.Advance(window / 2)
		first := make([]ident.ID, current)
		for i := range first {
			first[i] = w.runs(w.keyed(fmt.Sprint("current ", i)))
		}
		w.same("before", deleteKeys(w, 10), 0)
		w.clock.Advance(window / 2)
		w.same("after", deleteKeys(w, 10), expired)
		w.reopen()
		for i, id := range first {
			w.repeats(w.keyed(fmt.Sprint("current ", i)), id)
		}
		w.runs(w.keyed("expired 1"))
		w.clock.Advance(window)
		w.same("the rest", deleteKeys(w, 1), current+1)
	})

	t.Run("a key that was taken over is kept for its new time", func(t *testing.T) {
		w := newHarness(t, d)
		w.runs(w.keyed("k"))
		w.clock.Advance(window)
		second := w.runs(w.keyed("k"))
		deleteKeys(w, 10)
		w.clock.Advance(window / 2)
		deleteKeys(w, 10)
		w.repeats(w.keyed("k"), second)
	})

	t.Run("a limit that makes no sense is refused", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.DeleteExpiredKeys(time.Time{}, 0)
		w.fails(err, fault.Invalid)
	})
}
