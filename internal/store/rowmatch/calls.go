package rowmatch

import (
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/value"
)

// calls are the conditions on the content of a call.
type calls struct {
	head, data, free []query.Term
}

func (c *calls) add(t query.Term) {
	switch t.Field {
	case "data":
		c.data = append(c.data, t)
	case query.FreeText:
		c.free = append(c.free, t)
	default:
		c.head = append(c.head, t)
	}
}

func (c *calls) any() bool       { return len(c.head)+len(c.data)+len(c.free) > 0 }
func (c *calls) needsBody() bool { return len(c.data)+len(c.free) > 0 }

// match compares a call. more are texts that a free text is also searched in.
func (c *calls) match(d *hook.Delivery, more []string) bool {
	for i := range c.head {
		if t := &c.head[i]; !holds(t, func(v *query.Value) bool { return inHead(t, v, &d.Request) }) {
			return false
		}
	}
	if len(c.free) > 0 {
		texts := searchable(&d.Request, more)
		for i := range c.free {
			if !holds(&c.free[i], func(v *query.Value) bool { return occurs(strings.ToLower(v.Text), texts) }) {
				return false
			}
		}
	}
	if len(c.data) > 0 {
		call, err := body.Context(d.Request)
		if err != nil { // such a call was refused, and has no data
			call.Data = value.Value{}
		}
		for i := range c.data {
			if t := &c.data[i]; !holds(t, func(v *query.Value) bool { return at(call.Data, t.Path, v) }) {
				return false
			}
		}
	}
	return true
}

// inHead compares one header or parameter of the URL.
func inHead(t *query.Term, v *query.Value, r *hook.Request) bool {
	if t.Field == "headers" {
		for _, h := range r.Headers {
			if strings.EqualFold(h.Name, t.Name) && (v.Op == query.Present || is(v, h.Value)) {
				return true
			}
		}
		return false
	}
	params, err := body.Query(r.Query, body.Limits{})
	return err == nil && at(params, []query.Segment{{Name: t.Name}}, v)
}

// at compares what is at a path. Of a list one element is enough.
func at(x value.Value, path []query.Segment, v *query.Value) bool {
	if len(path) == 0 {
		return equal(x, v)
	}
	step, rest := path[0], path[1:]
	switch x.Kind() {
	case value.KindArray:
		if step.Any {
			for e := range x.Elements() {
				if at(e, rest, v) {
					return true
				}
			}
			return false
		}
		i, ok := index(step.Name)
		return ok && at(x.At(i), rest, v)
	case value.KindObject:
		if step.Any {
			for _, m := range x.Members() {
				if at(m, rest, v) {
					return true
				}
			}
			return false
		}
		return at(x.Get(step.Name), rest, v)
	default:
		return false
	}
}

// index reads the index of an element.
func index(text string) (n int, ok bool) {
	if text == "" || len(text) > 9 {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, true
}

// equal compares a JSON value. Texts are compared with their content, numbers by their value.
func equal(x value.Value, v *query.Value) bool {
	if v.Op == query.Present {
		return !x.IsMissing()
	}
	switch x.Kind() {
	case value.KindArray:
		for e := range x.Elements() {
			if e.Kind() != value.KindArray && equal(e, v) {
				return true
			}
		}
		return false
	case value.KindString:
		s, _ := x.Str()
		return is(v, s)
	case value.KindNumber:
		n, _ := x.Num()
		switch _, isNumber := decimal.Parse(v.Text, maxDigits); {
		case v.Op == query.Range:
			return inRange(n, v)
		case v.Op == query.Equal && isNumber:
			return decimal.Compare(n, v.Text) == 0
		default:
			return is(v, n)
		}
	case value.KindObject, value.KindMissing:
		return false
	default:
		return is(v, x.Text())
	}
}

// maxDigits bounds the numbers of a query.
const maxDigits = 8 << 10

func inRange(n string, v *query.Value) bool {
	if v.Low.Number != "" {
		if c := decimal.Compare(n, v.Low.Number); c < 0 || c == 0 && v.Low.Open {
			return false
		}
	}
	if v.High.Number != "" {
		if c := decimal.Compare(n, v.High.Number); c > 0 || c == 0 && v.High.Open {
			return false
		}
	}
	return true
}
