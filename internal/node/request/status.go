package request

import (
	"fmt"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// statuses is a set of status codes, as ranges with both ends included.
type statuses [][2]int

// has reports whether a status is in the set.
func (s statuses) has(status int) bool {
	for _, r := range s {
		if r[0] <= status && status <= r[1] {
			return true
		}
	}
	return false
}

// DecodeValue reads one entry, or a list of them.
func (s *statuses) DecodeValue(v value.Value) []decode.Problem {
	*s = nil
	if v.Kind() != value.KindArray {
		return s.entry("", v)
	}
	var problems []decode.Problem
	i := 0
	for each := range v.Elements() {
		problems = append(problems, s.entry(decode.Index(i), each)...)
		i++
	}
	if i == 0 {
		problems = append(problems, decode.Problem{Message: "must not be empty: every response would be a failure"})
	}
	return problems
}

func (s *statuses) entry(path string, v value.Value) []decode.Problem {
	low, high, err := parseStatus(v)
	if err != nil {
		return []decode.Problem{{Path: path, Message: err.Error()}}
	}
	*s = append(*s, [2]int{low, high})
	return nil
}

// parseStatus reads 204, "204", "200-299" and "2xx".
func parseStatus(v value.Value) (low, high int, err error) {
	text, ok := textOf(v)
	if !ok {
		text = v.Kind().String()
	}
	if class, found := strings.CutSuffix(strings.ToLower(text), "xx"); found && len(class) == 1 && "1" < class && class <= "5" {
		low = int(class[0]-'0') * 100
		return low, low + 99, nil
	}
	from, to, ranged := strings.Cut(text, "-")
	low, errLow := strconv.Atoi(strings.TrimSpace(from))
	high = low
	var errHigh error
	if ranged {
		high, errHigh = strconv.Atoi(strings.TrimSpace(to))
	}
	if errLow != nil || errHigh != nil || low < 200 || high > 599 || low > high {
		return 0, 0, fmt.Errorf("%s is not a status from 200 to 599, a range such as 200-299, or a class such as 2xx", decode.Quote(text))
	}
	return low, high, nil
}
