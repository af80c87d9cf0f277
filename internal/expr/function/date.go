package function

import (
	"time"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
)

func dateFunctions() []Function {
	return []Function{
		{"date", 1, 3, date},
		{"duration", 1, 1, func(_ *eval.Run, args []any) (any, error) { return wantDuration("duration", args[0]) }},
		{"timezone", 1, 1, func(_ *eval.Run, args []any) (any, error) { return wantZone("timezone", args[0]) }},
		{"dateParse", 1, 3, dateParse},
		{"dateFormat", 1, 3, dateFormat},
		{"dateAdd", 2, 3, dateAdd},
		{"dateDiff", 2, 3, dateDiff},
		{"zone", 2, 2, func(_ *eval.Run, args []any) (any, error) {
			t, err := wantDate("zone", args[0], time.UTC)
			if err != nil {
				return nil, err
			}
			z, err := wantZone("zone", args[1])
			if err != nil {
				return nil, err
			}
			return t.In(z), nil
		}},
	}
}

// date implements expr-lang's date: a text, optionally followed by its layout and time zone, and optionally
// preceded by a time zone.
func date(r *eval.Run, args []any) (any, error) {
	zone := time.UTC
	if z, ok := args[0].(*time.Location); ok {
		if len(args) == 1 {
			return nil, diag.Failed("date takes a text after the time zone")
		}
		zone, args = z, args[1:]
	}
	if len(args) == 1 {
		return wantDate("date", args[0], zone)
	}
	if len(args) == 2 {
		args = append(args, zone)
	}
	return dateParse(r, args)
}

// dateParse parses a text by a layout: Go's ("2006-01-02"), tokens ("YYYY-MM-DD"), or "unix" and "unixMilli" for
// numbers.
func dateParse(_ *eval.Run, args []any) (any, error) {
	zone := time.UTC
	var err error
	if len(args) == 3 {
		if zone, err = wantZone("dateParse", args[2]); err != nil {
			return nil, err
		}
	}
	if len(args) == 1 {
		return wantDate("dateParse", args[0], zone)
	}
	layout, err := wantText("dateParse", args[1])
	if err != nil {
		return nil, err
	}
	switch layout {
	case "unix", "unixMilli":
		x := args[0]
		if s, ok := eval.StringOf(x); ok {
			if x, err = parsed("dateParse", s); err != nil {
				return nil, err
			}
		}
		n, err := wantWhole("dateParse", x)
		if err != nil {
			return nil, err
		}
		if layout == "unix" {
			return inRange(time.Unix(int64(n), 0).In(zone))
		}
		return inRange(time.UnixMilli(int64(n)).In(zone))
	}
	s, err := wantText("dateParse", args[0])
	if err != nil {
		return nil, err
	}
	t, err := time.ParseInLocation(goLayout(layout), s, zone)
	if err != nil {
		return nil, diag.Failed("this date is not written in the layout that dateParse was given")
	}
	return inRange(t)
}

// dateFormat formats a date as RFC 3339 or by one of dateParse's layouts, optionally in a time zone.
func dateFormat(r *eval.Run, args []any) (any, error) {
	t, err := wantDate("dateFormat", args[0], time.UTC)
	if err != nil {
		return nil, err
	}
	if len(args) == 3 {
		z, err := wantZone("dateFormat", args[2])
		if err != nil {
			return nil, err
		}
		t = t.In(z)
	}
	if len(args) == 1 {
		return t.Format(time.RFC3339Nano), nil
	}
	layout, err := wantText("dateFormat", args[1])
	if err != nil {
		return nil, err
	}
	if err := r.Take(4 * len(layout)); err != nil {
		return nil, err
	}
	switch layout {
	case "unix":
		return t.Unix(), nil
	case "unixMilli":
		return t.UnixMilli(), nil
	}
	return t.Format(goLayout(layout)), nil
}

// dateAdd implements dateAdd(date, 90, "m") and dateAdd(date, "1h30m").
func dateAdd(_ *eval.Run, args []any) (any, error) {
	t, err := wantDate("dateAdd", args[0], time.UTC)
	if err != nil {
		return nil, err
	}
	if len(args) == 2 {
		d, err := wantDuration("dateAdd", args[1])
		if err != nil {
			return nil, err
		}
		return inRange(t.Add(d))
	}
	n, err := wantWhole("dateAdd", args[1])
	if err != nil {
		return nil, err
	}
	const most = 1 << 31
	if n < -most || n > most {
		return nil, diag.Failed("dateAdd takes a smaller number")
	}
	name, err := wantText("dateAdd", args[2])
	if err != nil {
		return nil, err
	}
	u, err := findUnit(name)
	if err != nil {
		return nil, err
	}
	if u.length == 0 || u.days > 0 {
		return inRange(t.AddDate(0, n*u.months, n*u.days))
	}
	if total := time.Duration(n) * u.length; total/u.length == time.Duration(n) {
		return inRange(t.Add(total))
	}
	return nil, diag.Failed("dateAdd takes a smaller number")
}

// dateDiff implements dateDiff(from, to, unit): the number of whole units from one date to another, negative if to
// is earlier. The default unit is ms.
func dateDiff(_ *eval.Run, args []any) (any, error) {
	from, err := wantDate("dateDiff", args[0], time.UTC)
	if err != nil {
		return nil, err
	}
	to, err := wantDate("dateDiff", args[1], time.UTC)
	if err != nil {
		return nil, err
	}
	name := "ms"
	if len(args) == 3 {
		if name, err = wantText("dateDiff", args[2]); err != nil {
			return nil, err
		}
	}
	u, err := findUnit(name)
	if err != nil {
		return nil, err
	}
	if u.months > 0 {
		return monthsBetween(from, to.In(from.Location())) / int64(u.months), nil
	}
	return (to.UnixMilli() - from.UnixMilli()) / u.length.Milliseconds(), nil
}

// monthsBetween counts the months that have passed in full.
func monthsBetween(from, to time.Time) int64 {
	if to.Before(from) {
		return -monthsBetween(to, from)
	}
	n := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	for n > 0 && from.AddDate(0, n, 0).After(to) {
		n--
	}
	return int64(n)
}

// DateMethod returns the implementation of a method of a date or a duration, such as Year, or nil if there is none
// with that name.
func DateMethod(name string) func(x, arg any) (any, error) {
	switch name {
	case "Hours", "Minutes", "Seconds", "Milliseconds":
		return func(x, _ any) (any, error) { return durationPart(name, x) }
	case "In":
		return func(x, arg any) (any, error) {
			t, err := wantDate("In", x, time.UTC)
			if err != nil {
				return nil, err
			}
			z, err := wantZone("In", arg)
			if err != nil {
				return nil, err
			}
			return t.In(z), nil
		}
	case "Format":
		return func(x, arg any) (any, error) {
			t, err := wantDate("Format", x, time.UTC)
			if err != nil {
				return nil, err
			}
			layout, err := wantText("Format", arg)
			return t.Format(layout), err
		}
	}
	part := datePart(name)
	if part == nil {
		return nil
	}
	return func(x, _ any) (any, error) {
		t, err := wantDate(name, x, time.UTC)
		if err != nil {
			return nil, err
		}
		return part(t), nil
	}
}

func datePart(name string) func(time.Time) int64 {
	switch name {
	case "Year":
		return func(t time.Time) int64 { return int64(t.Year()) }
	case "Month":
		return func(t time.Time) int64 { return int64(t.Month()) }
	case "Day":
		return func(t time.Time) int64 { return int64(t.Day()) }
	case "Hour":
		return func(t time.Time) int64 { return int64(t.Hour()) }
	case "Minute":
		return func(t time.Time) int64 { return int64(t.Minute()) }
	case "Second":
		return func(t time.Time) int64 { return int64(t.Second()) }
	case "Weekday":
		return func(t time.Time) int64 { return int64(t.Weekday()) }
	case "YearDay":
		return func(t time.Time) int64 { return int64(t.YearDay()) }
	case "Unix":
		return time.Time.Unix
	case "UnixMilli":
		return time.Time.UnixMilli
	default:
		return nil
	}
}

func durationPart(name string, x any) (any, error) {
	d, ok := x.(time.Duration)
	if !ok {
		return nil, diag.Failed("%s() is for durations, not for %s", name, eval.Describe(x))
	}
	switch name {
	case "Hours":
		return d.Hours(), nil
	case "Minutes":
		return d.Minutes(), nil
	case "Seconds":
		return d.Seconds(), nil
	default:
		return d.Milliseconds(), nil
	}
}
