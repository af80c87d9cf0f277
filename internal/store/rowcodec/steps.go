package rowcodec

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// The steps of one Commit are one row: a JSON array, encoded by the caller and not by the writer. One row costs
// the writer a third of two rows, and ten steps cost the same as two.

// EncodeSteps returns the array of the steps.
func EncodeSteps(steps []flow.Step) []byte {
	return append(AppendSteps(nil, steps, false), StepsEnd...)
}

// AppendSteps appends the array without StepsEnd. If open is true, it also leaves out the result of the last
// step.
func AppendSteps(dst []byte, steps []flow.Step, open bool) []byte {
	for i := range steps {
		if i == 0 {
			dst = append(dst, '[')
		} else {
			dst = append(dst, "},"...)
		}
		dst = appendStep(dst, &steps[i])
		if r := steps[i].Result; !r.IsMissing() && (i+1 < len(steps) || !open) {
			dst = r.Append(append(dst, `,"result":`...))
		}
	}
	return dst
}

// StepsEnd ends what AppendSteps began.
const StepsEnd = "}]"

// appendStep appends a step up to its result. Empty members are left out.
func appendStep(dst []byte, s *flow.Step) []byte {
	dst = strconv.AppendInt(append(dst, `{"n":`...), int64(s.N), 10)
	dst = appendNamed(dst, `,"path":`, s.Path)
	dst = appendNamed(dst, `,"node":`, s.Node)
	dst = appendNamed(dst, `,"type":`, s.Type)
	dst = appendNamed(dst, `,"status":`, string(s.Status))
	dst = appendNamed(dst, `,"branch":`, s.Branch)
	dst = appendNamed(dst, `,"ends":`, string(s.Ends))
	dst = appendNumber(dst, `,"attempt":`, int64(s.Attempt))
	dst = appendNumber(dst, `,"round":`, int64(s.Round))
	dst = appendMoment(dst, `,"startedAt":`, s.StartedAt)
	dst = appendMoment(dst, `,"finishedAt":`, s.FinishedAt)
	dst = appendMoment(dst, `,"wakeAt":`, s.WakeAt)
	if s.Error != nil {
		dst = appendError(append(dst, `,"error":`...), s.Error)
	}
	for i, l := range s.Log {
		if i == 0 {
			dst = append(dst, `,"log":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = value.AppendQuoted(append(dst, '['), l.Level)
		dst = append(value.AppendQuoted(append(dst, ','), l.Text), ']')
	}
	if len(s.Log) > 0 {
		dst = append(dst, ']')
	}
	if !s.Input.IsMissing() {
		dst = s.Input.Append(append(dst, `,"input":`...))
	}
	return dst
}

func appendNamed(dst []byte, name, text string) []byte {
	if text == "" {
		return dst
	}
	return value.AppendQuoted(append(dst, name...), text)
}

func appendNumber(dst []byte, name string, n int64) []byte {
	if n == 0 {
		return dst
	}
	return strconv.AppendInt(append(dst, name...), n, 10)
}

func appendMoment(dst []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return strconv.AppendInt(append(dst, name...), t.UnixMicro(), 10)
}

// DecodeSteps reads a row. Damaged text does not cause a panic.
func DecodeSteps(execution ident.ID, text string) (list []flow.Step) {
	for v := range value.Trusted(text).Elements() {
		s := flow.Step{Execution: execution}
		for name, m := range v.Members() {
			readStep(&s, name, m)
		}
		list = append(list, s)
	}
	return list
}

func readStep(s *flow.Step, name string, v value.Value) {
	text, _ := v.Str()
	number, _ := v.Int()
	switch name {
	case "n":
		s.N = int(number)
	case "path":
		s.Path = text
	case "node":
		s.Node = text
	case "type":
		s.Type = text
	case "status":
		s.Status = flow.Status(text)
	case "branch":
		s.Branch = text
	case "ends":
		s.Ends = flow.Status(text)
	case "attempt":
		s.Attempt = int(number)
	case "round":
		s.Round = int(number)
	case "startedAt":
		s.StartedAt = time.UnixMicro(number).UTC()
	case "finishedAt":
		s.FinishedAt = time.UnixMicro(number).UTC()
	case "wakeAt":
		s.WakeAt = time.UnixMicro(number).UTC()
	case "error":
		s.Error = DecodeError(v)
	case "log":
		for l := range v.Elements() {
			level, _ := l.At(0).Str()
			line, _ := l.At(1).Str()
			s.Log = append(s.Log, flow.LogLine{Level: level, Text: line})
		}
	case "input":
		s.Input = v
	case "result":
		s.Result = v
	}
}

// MergeSteps merges later steps into a journal sorted by N. A later step replaces the one with the same N.
func MergeSteps(journal, later []flow.Step) []flow.Step {
	if len(journal) == 0 || len(later) > 0 && journal[len(journal)-1].N < later[0].N {
		return append(journal, later...)
	}
	for _, s := range later {
		i, found := slices.BinarySearchFunc(journal, s.N, func(x flow.Step, n int) int { return cmp.Compare(x.N, n) })
		if found {
			journal[i] = s
		} else {
			journal = slices.Insert(journal, i, s)
		}
	}
	return journal
}
