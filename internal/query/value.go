package query

import (
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/nearest"
)

// value reads one alternative of a field.
func (p *parser) value(f Field, w word) (v Value, ok bool) {
	bare := !w.quoted
	if bare && w.text == "*" && f.optional() {
		return Value{Op: Present, written: "*"}, true
	}
	var why string
	switch f.Kind {
	case Enum:
		v, why = enum(f, w.text)
	case Free:
		v, why = free(w)
	case ID:
		v, why = p.id(f, w.text)
	case Address:
		v, why = address(w.text)
	case Number, Duration:
		v, why = ordered(f, w.text, func(text string) (int64, int64, string, string) { return quantity(f, text) })
	case Time, Since, Until:
		v, why = p.when(f, w.text)
	case Data:
		if v, ok = dataRange(w); !ok {
			v = text(w)
		} else if v.Low.Number != "" && v.High.Number != "" && decimal.Compare(v.Low.Number, v.High.Number) > 0 {
			why = "data: nothing is in the range " + w.text
		}
	case Exact:
		v = Value{Op: Equal, Text: w.text, written: quoteValue(w.text)}
		if bare && strings.HasSuffix(w.text, "*") {
			why = f.Name + " is compared as a whole, so it takes no *; a * that is part of it needs quotation marks"
		}
	default:
		v = text(w)
		if f.Name == "method" {
			v.Text, v.written = strings.ToUpper(v.Text), strings.ToUpper(v.written)
		}
	}
	if why != "" {
		p.add(w.at, p.at, "%s", why)
		return v, false
	}
	return v, true
}

// optional reports whether FIELD:* says something: whether there can be no value.
func (f Field) optional() bool {
	return slices.Contains([]Kind{Text, Exact, Number, Duration, ID, Address, Data}, f.Kind)
}

// text reads an exact text, or a prefix.
func text(w word) Value {
	if prefix, found := strings.CutSuffix(w.text, "*"); found && !w.quoted {
		return Value{Op: Prefix, Text: prefix, written: quoteWord(w.text)}
	}
	return Value{Op: Equal, Text: w.text, written: quoteValue(w.text)}
}

func enum(f Field, text string) (Value, string) {
	for _, known := range f.Values {
		if strings.EqualFold(known, text) {
			return Value{Op: Equal, Text: known, written: known}, ""
		}
	}
	if best, ok := nearest.Name(text, f.Values); ok {
		return Value{}, f.Name + " is never " + strconv.Quote(clip(text)) + "; did you mean " + best + "?"
	}
	return Value{}, f.Name + " is never " + strconv.Quote(clip(text)) + "; it is one of " + strings.Join(f.Values, ", ")
}

func free(w word) (Value, string) {
	if w.text == "" {
		return Value{}, "a text to search for is not empty"
	}
	return Value{Op: Contains, Text: w.text, written: quoteFree(w.text)}, ""
}

func (p *parser) id(f Field, text string) (Value, string) {
	prefix := f.Prefix
	if prefix == "" {
		prefix = map[Resource]string{Executions: ident.Execution, Deliveries: ident.Delivery}[p.resource]
	}
	id, err := ident.Parse(prefix, text)
	if err != nil {
		return Value{}, err.Error()
	}
	return Value{Op: Range, Text: text, Min: int64(id), Max: int64(id), written: text}, ""
}

func address(text string) (Value, string) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		ip = ip.Unmap()
		return Value{Op: Equal, Text: ip.String(), written: ip.String()}, ""
	}
	net, err := netip.ParsePrefix(text)
	if err != nil {
		return Value{}, strconv.Quote(clip(text)) + " is not an IP address or a network such as 10.0.0.0/8"
	}
	net = net.Masked()
	return Value{Op: Network, Net: net, written: net.String()}, ""
}

// ordered reads a value or a range of a field with an order. read returns what one written value stands for: the first and
// the last number, and its canonical text, or why it is wrong.
func ordered(f Field, text string, read func(string) (first, last int64, canonical, why string)) (Value, string) {
	v := Value{Op: Range, Min: math.MinInt64, Max: math.MaxInt64}
	if from, to, found := strings.Cut(text, ".."); found {
		if from == "" && to == "" {
			return v, f.Name + ": a range needs a bound, as in " + f.Example
		}
		var a, b, why string
		if from != "" {
			if v.Min, _, a, why = read(from); why != "" {
				return v, why
			}
		}
		if to != "" {
			if _, v.Max, b, why = read(to); why != "" {
				return v, why
			}
		}
		v.written = a + ".." + b
	} else {
		op := text[:len(text)-len(strings.TrimLeft(text, "<>="))]
		first, last, canonical, why := read(text[len(op):])
		if why != "" {
			return v, why
		}
		if why := v.compare(op, first, last); why != "" {
			return v, f.Name + why + f.Example
		}
		v.written = op + canonical
	}
	if v.Min > v.Max {
		return v, f.Name + ": nothing is in the range " + text
	}
	return v, ""
}

// compare sets the bounds for an operator before a value.
func (v *Value) compare(op string, first, last int64) string {
	switch op {
	case "":
		v.Min, v.Max = first, last
	case ">":
		if last == math.MaxInt64 {
			return ": nothing is more than that; write it as in "
		}
		v.Min = last + 1
	case ">=":
		v.Min = first
	case "<":
		if first == math.MinInt64 {
			return ": nothing is less than that; write it as in "
		}
		v.Max = first - 1
	case "<=":
		v.Max = last
	default:
		return ": " + op + " is not a comparison; write >, >=, < or <=, as in "
	}
	return ""
}

// quantity reads a number or a duration.
func quantity(f Field, text string) (first, last int64, canonical, why string) {
	if f.Kind == Duration {
		d, err := decode.ParseDuration(text)
		if err != nil {
			return 0, 0, "", err.Error()
		}
		return int64(d), int64(d), text, ""
	}
	if class, found := strings.CutSuffix(strings.ToLower(text), "xx"); found && f.Name == "status" && len(class) == 1 && class >= "1" && class <= "5" {
		n := int64(class[0]-'0') * 100
		return n, n + 99, class + "xx", ""
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, 0, "", f.Name + " is a number, as in " + f.Example + ", not " + strconv.Quote(clip(text))
	}
	return n, n, strconv.FormatInt(n, 10), ""
}

// when reads a time, or a range of times.
func (p *parser) when(f Field, text string) (Value, string) {
	read := func(s string) (int64, int64, string, string) { return p.instant(f, s) }
	if f.Kind == Time {
		if strings.HasPrefix(text, "<") || strings.HasPrefix(text, ">") {
			if _, err := decode.ParseDuration(strings.TrimLeft(text, "<>=")); err == nil {
				return Value{}, "an age is not compared, as it could be read in two ways; write " + f.Name + ":2h.. for the last two hours, and " + f.Name + ":..2h for what is older"
			}
		} else if !strings.Contains(text, "..") {
			if _, err := decode.ParseDuration(text); err == nil {
				return Value{}, "an age is an instant; write " + f.Name + ":" + text + ".. for what is newer"
			}
		}
		return ordered(f, text, read)
	}
	first, _, canonical, why := read(text)
	v := Value{Op: Range, Min: first, Max: math.MaxInt64, written: canonical}
	if f.Kind == Until {
		v.Min, v.Max = math.MinInt64, first-1
	}
	return v, why
}

// layouts are the forms of times. One without a zone is in UTC and stands for its whole unit.
func layouts() []struct {
	layout string
	unit   time.Duration
} {
	return []struct {
		layout string
		unit   time.Duration
	}{
		{"2006-01-02", 24 * time.Hour},
		{"2006-01-02T15:04", time.Minute},
		{"2006-01-02T15:04:05", time.Second},
		{"2006-01-02T15:04Z07:00", time.Minute},
		{time.RFC3339Nano, time.Microsecond},
	}
}

// instant reads a time: the first and the last microsecond of what it stands for.
func (p *parser) instant(f Field, text string) (first, last int64, canonical, why string) {
	for _, l := range layouts() {
		at, err := time.Parse(l.layout, text)
		if err != nil {
			continue
		}
		first = at.UnixMicro()
		unit := l.unit
		if unit == time.Microsecond && at.Nanosecond() == 0 {
			unit = time.Second
		}
		return first, first + unit.Microseconds() - 1, text, ""
	}
	d, err := decode.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, 0, "", f.Name + ": " + strconv.Quote(clip(text)) + " is not a time; write 2026-11-30, 2026-11-30T10:00:00Z or an age such as 90m, 2h or 7d"
	}
	at := p.now.Add(-d).UnixMicro()
	return at, at, text, ""
}

// dataRange reads a comparison of numbers in data. Anything else is a text.
func dataRange(w word) (Value, bool) {
	if w.quoted {
		return Value{}, false
	}
	v := Value{Op: Range, written: w.text}
	if low, high, found := strings.Cut(w.text, ".."); found {
		v.Low.Number, v.High.Number = low, high
		ok := (low != "" || high != "") && (low == "" || isNumber(low)) && (high == "" || isNumber(high))
		return v, ok
	}
	op := w.text[:len(w.text)-len(strings.TrimLeft(w.text, "<>="))]
	number := w.text[len(op):]
	switch op {
	case ">", ">=":
		v.Low = Limit{number, op == ">"}
	case "<", "<=":
		v.High = Limit{number, op == "<"}
	}
	return v, slices.Contains([]string{">", ">=", "<", "<="}, op) && isNumber(number)
}

// isNumber reports whether a text is a JSON number of reasonable size.
func isNumber(text string) bool {
	_, ok := decimal.Parse(text, maxDigits)
	return ok
}

// maxDigits bounds the digits and the exponent of a number in a query.
const maxDigits = 100
