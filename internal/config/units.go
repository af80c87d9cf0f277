package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseSize parses a size such as 10MiB: a whole number followed by B, KiB, MiB or GiB. A number without a unit
// is an error (SPEC §2).
func ParseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "BKMGi")
	unit, ok := map[string]int64{"B": 1, "KiB": KiB, "MiB": MiB, "GiB": GiB}[text[len(digits):]]
	n, err := strconv.ParseUint(digits, 10, 63)
	if !ok || err != nil || n > math.MaxInt64/uint64(unit) {
		return 0, fmt.Errorf("%q is not a size: write a whole number and a unit, e.g. 512KiB, 10MiB or 1GiB", text)
	}
	return int64(n) * unit, nil
}

// ParseDuration parses a duration such as 30s: numbers, each followed by ms, s, m, h or d. A number without a
// unit is an error (SPEC §2).
func ParseDuration(text string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a duration: write a number and a unit, e.g. 500ms, 30s, 10m, 2h or 7d", text)
	if text == "" {
		return 0, bad
	}
	var total time.Duration
	for rest := text; rest != ""; {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		rest = rest[len(digits):]
		unit := rest[:len(rest)-len(strings.TrimLeft(rest, "dhms"))]
		rest = rest[len(unit):]
		size, ok := map[string]time.Duration{
			"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
		}[unit]
		n, err := strconv.ParseInt(digits, 10, 64)
		if !ok || err != nil || n > int64((math.MaxInt64-total)/size) {
			return 0, bad
		}
		total += time.Duration(n) * size
	}
	return total, nil
}
