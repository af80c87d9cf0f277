package schema

import (
	"encoding/binary"
	"hash/maphash"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// hasher gives equal values equal sums. Each array gets a new seed, so that a sender cannot construct many values
// with one sum.
type hasher struct {
	run  *run
	seed maphash.Seed
}

func (h *hasher) value(v value.Value) uint64 {
	if !h.run.spend(4 * len(v.Text())) {
		return 0
	}
	switch v.Kind() {
	case value.KindObject:
		last := make(map[string]uint64)
		for name, member := range v.Members() {
			last[name] = h.value(member)
		}
		sum := uint64(len(last))
		for name, of := range last {
			sum += h.pair('{', maphash.String(h.seed, name), of) // addition makes the order irrelevant
		}
		return sum
	case value.KindArray:
		sum := uint64('[')
		for each := range v.Elements() {
			sum = h.pair('[', sum, h.value(each))
		}
		return sum
	case value.KindString:
		text, _ := v.Str()
		return h.pair('"', maphash.String(h.seed, text), 0)
	case value.KindNumber:
		return h.pair('0', maphash.String(h.seed, decimal.Canonical(v.Text())), 0)
	default:
		return maphash.String(h.seed, v.Text())
	}
}

func (h *hasher) pair(kind byte, a, b uint64) uint64 {
	var buf [17]byte
	buf[0] = kind
	binary.LittleEndian.PutUint64(buf[1:], a)
	binary.LittleEndian.PutUint64(buf[9:], b)
	return maphash.Bytes(h.seed, buf[:])
}
