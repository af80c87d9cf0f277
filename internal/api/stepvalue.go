package api

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Part is a part of a JSON value: some bytes of its text, and the members of its first level.
type Part struct {
	Pointer string `json:"pointer,omitempty"` // JSON pointer (RFC 6901) of the value within the whole
	Kind    string `json:"kind"`              // null, boolean, number, string, array or object
	Size    int    `json:"size"`              // of the value's JSON text, in bytes
	Offset  int    `json:"offset"`            // of text in it, in bytes
	Text    string `json:"text"`
	// NextOffset is the value of offset for what follows; 0 at the end.
	NextOffset int      `json:"nextOffset,omitempty"`
	Length     int      `json:"length,omitempty"` // members or elements
	Members    []Member `json:"members,omitempty"`
}

// Member is a member of an object, or an element of an array.
type Member struct {
	Name string `json:"name"` // or index
	Kind string `json:"kind"`
	Size int    `json:"size"` // in bytes of JSON
}

type stepValueQuery struct {
	ExecutionPath
	N       int    `path:"n" minimum:"1" doc:"number of the step"`
	Part    string `path:"part" enum:"input,result"`
	Pointer string `query:"pointer" maxLength:"4000" doc:"JSON pointer of a value within it, e.g. /items/0/name"`
	Offset  int    `query:"offset" minimum:"0" doc:"first byte of the text"`
	Bytes   int    `query:"bytes" minimum:"0" maximum:"8388608" default:"65536" doc:"maximum length of the text, in bytes"`
	From    int    `query:"from" minimum:"0" doc:"first member"`
	Members int    `query:"members" minimum:"0" maximum:"1000" default:"0" doc:"maximum number of members that are listed with kind and size"`
}

// stepValue returns a part of an input or a result, so that a page opens values of any size.
func (r routes) stepValue(ctx context.Context, in *stepValueQuery) (*one[Part], error) {
	const op = "api.stepValue"
	x, err := r.execution(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	s, err := r.Executions.Step(ctx, x.ID, in.N)
	if err != nil {
		return nil, err
	}
	v := s.Input
	if in.Part == "result" {
		v = s.Result
	}
	if v.IsMissing() {
		return nil, fault.New(op, fault.NotFound, "step %d has no %s", in.N, in.Part)
	}
	if v, err = pointed(v, in.Pointer); err != nil {
		return nil, err
	}
	return &one[Part]{partOf(v, in)}, nil
}

// pointed returns the value at a JSON pointer.
func pointed(v value.Value, pointer string) (value.Value, error) {
	if pointer == "" {
		return v, nil
	}
	if pointer[0] != '/' {
		return v, fault.Field("api.pointed", "pointer", "a JSON pointer begins with /, as in /items/0/name")
	}
	for step := range strings.SplitSeq(pointer[1:], "/") {
		switch v.Kind() {
		case value.KindObject:
			v = v.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
		case value.KindArray:
			i, err := strconv.ParseUint(step, 10, 31)
			if err != nil {
				return v, fault.Field("api.pointed", "pointer", "%q is not the index of an element", step)
			}
			v = v.At(int(i))
		default:
			v = value.Value{}
		}
	}
	if v.IsMissing() {
		return v, fault.New("api.pointed", fault.NotFound, "nothing is at %s", pointer)
	}
	return v, nil
}

// partOf cuts the text at characters, so that it is UTF-8.
func partOf(v value.Value, in *stepValueQuery) Part {
	text := v.Text()
	from := min(in.Offset, len(text))
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	to := from + min(in.Bytes, len(text)-from)
	for to > from && to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	p := Part{Pointer: in.Pointer, Kind: kindOf(v), Size: len(text), Offset: from, Text: text[from:to]}
	if to < len(text) && to > from {
		p.NextOffset = to
	}
	list := func(name string, m value.Value) {
		if p.Length >= in.From && len(p.Members) < in.Members {
			p.Members = append(p.Members, Member{name, kindOf(m), len(m.Text())})
		}
		p.Length++
	}
	for e := range v.Elements() {
		list(strconv.Itoa(p.Length), e)
	}
	for name, m := range v.Members() {
		list(name, m)
	}
	return p
}

// kindOf returns the name of a value's kind in JSON.
func kindOf(v value.Value) string {
	switch v.Kind() {
	case value.KindBool:
		return "boolean"
	case value.KindNumber:
		return "number"
	case value.KindString:
		return "string"
	case value.KindArray:
		return "array"
	case value.KindObject:
		return "object"
	default:
		return "null"
	}
}
