package fairshare

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// deal is a queue of numbers that notes who got a slot.
type deal struct {
	*Queue[int]
	got []int
}

func newDeal(slots int, share float64) *deal {
	d := &deal{}
	d.Queue = NewQueue(slots, share, func(n int) bool {
		d.got = append(d.got, n)
		return true
	})
	return d
}

func (d *deal) put(key string, items int) {
	for i := range items {
		d.Put(key, i)
	}
}

func (d *deal) used(key string) int { return int(d.shares.Used(key)) }

func TestOneKeyGetsItsShare(t *testing.T) {
	for _, c := range []struct {
		slots int
		share float64
		want  int
	}{{8, 0.5, 4}, {256, 0.5, 128}, {2, 0.5, 1}, {1, 0.5, 1}, {3, 0.5, 2}, {10, 1, 10}, {10, 0.8, 8}, {10, 0.2, 2}} {
		d := newDeal(c.slots, c.share)
		d.put("a", 1000)
		if n := d.used("a"); n != c.want {
			t.Errorf("of %d slots, with the share %v, one key gets %d, want %d", c.slots, c.share, n, c.want)
		}
	}
}

func TestANewKeyGetsASlotAtOnce(t *testing.T) {
	d := newDeal(64, DefaultShare)
	for i := range 5 {
		key := fmt.Sprint(i)
		d.put(key, 1000)
		if d.used(key) == 0 {
			t.Fatalf("key number %d gets nothing; %d slots are taken", i, d.Used())
		}
	}
}

// Several keys that ask for everything have equal parts after each slot was given back once, and one part is free.
func TestPartsBecomeEqual(t *testing.T) {
	d := newDeal(100, DefaultShare)
	keys := []string{"a", "b", "c"}
	for _, key := range keys {
		d.put(key, 10_000)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		key := keys[random.IntN(3)]
		if d.used(key) > 0 {
			d.Done(key)
		}
	}
	for _, key := range keys {
		if n := d.used(key); n < 22 || n > 28 {
			t.Errorf("%s has %d of 100", key, n)
		}
	}
}

func TestKeysTakeTurnsAndKeepTheirOrder(t *testing.T) {
	d := newDeal(1, DefaultShare)
	for i := range 3 {
		d.Put("a", i)
	}
	for i := range 3 {
		d.Put("b", 10+i)
	}
	if !d.Remove("b", 11) || d.Remove("b", 11) || d.Remove("c", 1) || d.Remove("a", 0) {
		t.Error("only what waits can be removed")
	}
	d.Done("a")
	d.Done("a")
	d.Done("b")
	d.Done("a")
	if got := fmt.Sprint(d.got); got != "[0 1 10 2 12]" {
		t.Errorf("got %s", got)
	}
}

func TestNoKeyStarves(t *testing.T) {
	const keys, rounds = 200, 20
	d := newDeal(4, DefaultShare)
	count := map[string]int{}
	var running []string
	names := map[int]string{}
	d.grant = func(n int) bool {
		count[names[n/rounds]]++
		running = append(running, names[n/rounds])
		return true
	}
	for k := range keys {
		names[k] = fmt.Sprint("w", k)
	}
	for k := range keys {
		for i := range rounds {
			d.Put(names[k], k*rounds+i)
		}
	}
	for turn := range keys * rounds {
		d.Done(running[turn])
		if turn == keys*5 {
			for k := range keys {
				if n := count[names[k]]; n < 3 || n > 7 {
					t.Fatalf("after %d turns %s had %d", turn, names[k], n)
				}
			}
		}
	}
	if len(running) != keys*rounds || d.Used() != 0 || len(d.turns) != 0 || len(d.waiting) != 0 {
		t.Errorf("%d ran, %d slots are taken", len(running), d.Used())
	}
}

// A new key gets in line behind those that wait, however many come.
func TestNewKeysDoNotOvertake(t *testing.T) {
	d := newDeal(1, DefaultShare)
	d.Put("running", 0)
	for i := range 3 {
		d.Put("old", 1+i)
	}
	last := "running"
	for i := range 6 {
		d.Put(fmt.Sprint("new", i), 100+i)
		d.Done(last)
		if n := d.got[len(d.got)-1]; n >= 100 {
			last = fmt.Sprint("new", n-100)
		} else {
			last = "old"
		}
	}
	if got := fmt.Sprint(d.got); got != "[0 1 100 2 101 102 3]" {
		t.Errorf("got %s", got)
	}
}

func TestAnItemThatIsNotTakenLeavesItsSlot(t *testing.T) {
	q := NewQueue(1, DefaultShare, func(int) bool { return false })
	q.Put("a", 1)
	if q.Used() != 0 || !q.Try("a") || q.Try("a") || q.Try("b") {
		t.Errorf("%d slots are taken", q.Used())
	}
}

func TestIdleKeysAreForgotten(t *testing.T) {
	s := NewShares(10, DefaultShare)
	for i := range 10_000 {
		s.Take(fmt.Sprint(i), 1)
		s.Give(fmt.Sprint(i), 1)
	}
	if len(s.keys) > maxIdle+1 {
		t.Errorf("%d keys are remembered", len(s.keys))
	}
}
