package sieve

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func key(n uint64) *Key {
	k := Key(sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)))
	return &k
}

// filled is the filter of so many keys, from a number on.
func filled(from, keys uint64) Filter {
	f := NewFilter(int(keys))
	for n := range keys {
		f.Add(key(from + n))
	}
	return f
}

func TestAKeyIsAlwaysFoundInItsSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Sieve
		type set struct {
			from, keys uint64
			number     int
		}
		var sets []set
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if len(sets) > 0 && rapid.IntRange(0, 2).Draw(t, "remove") == 0 {
				i := rapid.IntRange(0, len(sets)-1).Draw(t, "which")
				s.Remove(sets[i].number)
				sets = slices.Delete(sets, i, i+1)
				continue
			}
			one := set{from: rapid.Uint64Range(0, 50).Draw(t, "from"), keys: rapid.Uint64Range(0, 40).Draw(t, "keys")}
			one.number = s.Add(filled(one.from, one.keys))
			if slices.ContainsFunc(sets, func(other set) bool { return other.number == one.number }) {
				t.Fatalf("two sets are number %d", one.number)
			}
			sets = append(sets, one)
		}
		for n := range uint64(100) {
			found := s.Find(key(n), nil)
			for _, one := range sets {
				if n >= one.from && n < one.from+one.keys && !slices.Contains(found, one.number) {
					t.Fatalf("key %d of the set %+v is not found", n, one)
				}
			}
			for _, number := range found {
				if !slices.ContainsFunc(sets, func(one set) bool { return one.number == number }) {
					t.Fatalf("set %d is found, which there is not", number)
				}
			}
		}
		for _, one := range sets {
			s.Remove(one.number)
		}
		if slices.ContainsFunc(s.groups, func(g *group) bool { return g != nil }) {
			t.Fatal("it has no sets and takes memory")
		}
	})
}

// TestFewStrangersPass: 2^14 keys in a filter of 2^18 bits are a stranger's in (1-e^(-11/16))^11, some
// 0.05 %, of the cases; also in a column that another set had before.
func TestFewStrangersPass(t *testing.T) {
	const sets, keys, strangers = 70, 1 << 14, 20_000
	var s Sieve
	for i := range uint64(sets) {
		s.Add(filled(i*keys, keys))
	}
	for i := range sets / 2 {
		s.Remove(2 * i)
	}
	for i := range uint64(sets / 2) {
		s.Add(filled((sets+i)*keys, keys))
	}
	passed := 0
	for range strangers {
		passed += len(s.Find(key(1<<40+rand.Uint64N(1<<40)), nil))
	}
	if rate := float64(passed) / (strangers * sets); rate > 0.0007 || rate < 0.0003 {
		t.Errorf("%.4f %% of the strangers pass", rate*100)
	}
}

func TestTheSizeOfAFilterIsAPowerOfTwo(t *testing.T) {
	for keys, size := range map[int]int{0: 8, 1: 8, 4: 8, 32 << 10: 64 << 10, 33_000: 64 << 10, 50_000: 128 << 10, 20_000: 32 << 10} {
		if f := NewFilter(keys); len(f) != size || !f.Valid() {
			t.Errorf("%d keys take %d bytes", keys, len(f))
		}
	}
	for _, size := range []int{0, 1, 4, 9, 24, 65537} {
		if Filter(make([]byte, size)).Valid() {
			t.Errorf("a filter of %d bytes is taken", size)
		}
	}
}

// BenchmarkFind asks sets of 32,768 keys for one that none of them has.
func BenchmarkFind(b *testing.B) {
	for name, sets := range map[string]int{"1": 1, "64": 64, "1024": 1024} {
		b.Run(name, func(b *testing.B) {
			var s Sieve
			for range sets {
				f := NewFilter(32 << 10)
				for i := range f {
					f[i] = byte(rand.Uint32()) // half of the bits, as in a full one
				}
				s.Add(f)
			}
			var found []int
			k := *key(1)
			b.ResetTimer()
			for i := range b.N {
				binary.LittleEndian.PutUint64(k[:8], rand.Uint64())
				binary.LittleEndian.PutUint64(k[8:], uint64(i)*0x9e3779b97f4a7c15)
				found = s.Find(&k, found[:0])
			}
		})
	}
}
