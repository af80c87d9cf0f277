package function

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

// dateLayouts lists the layouts that are recognized without being named: expr-lang's, and RFC 3339 without its
// zone.
func dateLayouts() []string {
	return []string{
		time.RFC3339Nano, "2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "15:04:05",
		time.RFC822, time.RFC850, time.RFC1123, time.RFC1123Z,
	}
}

// wantDate returns an argument that must be a date, or text in one of dateLayouts.
func wantDate(name string, x any, zone *time.Location) (time.Time, error) {
	if t, ok := x.(time.Time); ok {
		return t, nil
	}
	s, ok := eval.StringOf(x)
	if !ok {
		if _, isNumber := eval.AsNumber(eval.Decode(x)); isNumber {
			return time.Time{}, diag.Failed(`%s takes a date, not a number; write dateParse(x, "unix") or dateParse(x, "unixMilli")`, name)
		}
		return time.Time{}, diag.Failed("%s takes a date, not %s", name, eval.Describe(x))
	}
	for _, layout := range dateLayouts() {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return inRange(t)
		}
	}
	return time.Time{}, diag.Failed("%s takes a date such as 2026-01-31 or 2026-01-31T12:00:00Z; for another form use dateParse(text, layout)", name)
}

// inRange limits dates to the years that RFC 3339 can represent.
func inRange(t time.Time) (time.Time, error) {
	if y := t.Year(); y < 0 || y > 9999 {
		return time.Time{}, diag.Failed("this date lies outside the years 0 to 9999")
	}
	return t, nil
}

// wantDuration returns an argument that must be a duration, or text such as 1h30m or 2d.
func wantDuration(name string, x any) (time.Duration, error) {
	if d, ok := x.(time.Duration); ok {
		return d, nil
	}
	s, ok := eval.StringOf(x)
	if !ok {
		return 0, diag.Failed("%s takes a duration such as \"90m\", not %s", name, eval.Describe(x))
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if d, err := time.ParseDuration(days + "h"); err == nil && d*24/24 == d {
			return d * 24, nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, diag.Failed("%s takes a duration such as \"90m\": a number and ms, s, m, h or d", name)
	}
	return d, nil
}

// wantZone returns an argument that must be a time zone, or its name in the IANA database. It refuses Local, the
// server's own zone, because results would depend on the machine.
func wantZone(name string, x any) (*time.Location, error) {
	if z, ok := x.(*time.Location); ok {
		return z, nil
	}
	s, err := wantText(name, x)
	if err != nil {
		return nil, err
	}
	z, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		return nil, diag.Failed("unknown time zone; write one such as UTC or Asia/Seoul")
	}
	return z, nil
}

// unit is a unit of time for dateAdd and dateDiff.
type unit struct {
	length       time.Duration // of units with a fixed length
	days, months int           // of units that depend on the calendar
}

func findUnit(name string) (unit, error) {
	switch strings.TrimSuffix(name, "s") {
	case "m", "minute", "min":
		if name == "ms" {
			return unit{length: time.Millisecond}, nil
		}
		return unit{length: time.Minute}, nil
	case "millisecond":
		return unit{length: time.Millisecond}, nil
	case "", "second", "sec":
		return unit{length: time.Second}, nil
	case "h", "hour":
		return unit{length: time.Hour}, nil
	case "d", "day":
		return unit{length: 24 * time.Hour, days: 1}, nil
	case "w", "week":
		return unit{length: 7 * 24 * time.Hour, days: 7}, nil
	case "M", "month":
		return unit{months: 1}, nil
	case "quarter":
		return unit{months: 3}, nil
	case "y", "year":
		return unit{months: 12}, nil
	default:
		return unit{}, diag.Failed("unknown unit of time; there are ms, s, m, h, d, w, month, quarter and year")
	}
}

// goLayout converts a layout of tokens (YYYY-MM-DD HH:mm:ss, as in day.js and NocoBase; [text] is literal) to Go's.
// A layout with digits is already in Go's form.
func goLayout(layout string) string {
	if strings.ContainsAny(layout, "0123456789") {
		return layout
	}
	var b strings.Builder
	for i := 0; i < len(layout); {
		if layout[i] == '[' {
			if n := strings.IndexByte(layout[i:], ']'); n > 0 {
				b.WriteString(layout[i+1 : i+n])
				i += n + 1
				continue
			}
		}
		token, means := layoutToken(layout[i:])
		b.WriteString(means)
		i += len(token)
	}
	return b.String()
}

// layoutToken returns the token at the start of s and its equivalent in Go.
func layoutToken(s string) (token, means string) {
	for _, pair := range [...][2]string{
		{"YYYY", "2006"}, {"YY", "06"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"},
		{"DD", "02"}, {"D", "2"}, {"dddd", "Monday"}, {"ddd", "Mon"}, {"HH", "15"}, {"hh", "03"}, {"h", "3"},
		{"mm", "04"}, {"m", "4"}, {"ss", "05"}, {"s", "5"}, {".SSS", ".000"}, {",SSS", ",000"},
		{"ZZ", "-0700"}, {"Z", "-07:00"}, {"A", "PM"}, {"a", "pm"},
	} {
		if strings.HasPrefix(s, pair[0]) {
			return pair[0], pair[1]
		}
	}
	return s[:1], s[:1]
}
