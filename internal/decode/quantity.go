package decode

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// quantities parses and sums numbers with units. Units must come in the order of the list; a size takes only one.
func quantities(text string, units []unit, example string, most int64) (int64, error) {
	if text == "" {
		return 0, fmt.Errorf("it is empty; write for example %s", example)
	}
	var total int64
	for rest, from := text, 0; rest != ""; {
		number, after := cutNumber(rest)
		if number == "" {
			return 0, fmt.Errorf("write a number and a unit (%s), for example %s", unitNames(units), example)
		}
		name, next := cutUnit(after)
		i := indexUnit(units[from:], name)
		if i < 0 {
			return 0, unitProblem(number, name, units, from)
		}
		n, err := scale(number, units[from+i].factor)
		if err != nil {
			return 0, err
		}
		if n > most-total {
			return 0, fmt.Errorf("it is too large")
		}
		total += n
		rest, from = next, from+i+1
		if units[0].name == "KiB" {
			from = len(units) // a size takes one quantity only
		}
	}
	return total, nil
}

func unitProblem(number, name string, units []unit, from int) error {
	if name == "" {
		return fmt.Errorf("a bare number has no unit; write %s", withUnit(number, units))
	}
	if indexUnit(units, name) >= 0 {
		if from == len(units) && units[0].name == "KiB" {
			return fmt.Errorf("write one number and one unit")
		}
		return fmt.Errorf("write each unit once, the largest first")
	}
	for _, u := range units {
		if alike(name, u.name) {
			return fmt.Errorf("unknown unit %s; write %s%s", Quote(name), number, u.name)
		}
	}
	return fmt.Errorf("unknown unit %s; units are %s", Quote(name), unitNames(units))
}

// alike reports whether a misspelled unit probably means name: sec, minutes, MB, mib.
func alike(written, name string) bool {
	written = strings.ToLower(strings.TrimSpace(written))
	switch name {
	case "ms":
		return strings.HasPrefix(written, "ms") || strings.HasPrefix(written, "milli")
	case "m":
		return strings.HasPrefix(written, "min") || written == "m"
	case "d", "h", "s":
		return written == name || strings.HasPrefix(written, map[string]string{"d": "day", "h": "h", "s": "sec"}[name])
	default: // sizes: k, kb, kib
		return strings.HasPrefix(written, strings.ToLower(name[:1]))
	}
}

// withUnit guesses the unit of a bare number: seconds for a duration. For a size, whole KiB are taken as bytes, and
// anything else as MiB.
func withUnit(number string, units []unit) string {
	if units[0].name != "KiB" {
		return number + "s"
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil && n > 0 && n%(1<<10) == 0 {
		return Size(n).String()
	}
	return number + "MiB"
}

func unitNames(units []unit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.name
	}
	return strings.Join(names, " ")
}

func indexUnit(units []unit, name string) int {
	for i, u := range units {
		if u.name == name {
			return i
		}
	}
	return -1
}

// cutNumber splits off the leading digits, with an optional decimal point between them.
func cutNumber(s string) (number, rest string) {
	i := digits(s, 0)
	if i > 0 && i < len(s) && s[i] == '.' {
		if end := digits(s, i+1); end > i+1 {
			i = end
		}
	}
	return s[:i], s[i:]
}

func cutUnit(s string) (name, rest string) {
	i := 0
	for i < len(s) && (s[i] < '0' || s[i] > '9') {
		i++
	}
	return s[:i], s[i:]
}

func digits(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

// scale multiplies exactly: a product that is not whole is an error.
func scale(number string, factor int64) (int64, error) {
	whole, fraction, _ := strings.Cut(number, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > math.MaxInt64/factor {
		return 0, fmt.Errorf("it is too large")
	}
	total := n * factor
	if fraction == "" {
		return total, nil
	}
	if len(fraction) > fractionDigits {
		return 0, fmt.Errorf("at most %d digits may follow the point", fractionDigits)
	}
	f, _ := strconv.ParseInt(fraction, 10, 64)
	power := int64(1)
	for range fraction {
		power *= 10
	}
	// f is below 10^9 and factor below 2^47, so f*factor could overflow. Multiply by the quotient and the remainder
	// of factor/power separately.
	part := f * (factor / power)
	rest := f * (factor % power)
	if rest%power != 0 {
		return 0, fmt.Errorf("it does not come to a whole number")
	}
	part += rest / power
	if part > math.MaxInt64-total {
		return 0, fmt.Errorf("it is too large")
	}
	return total + part, nil
}
