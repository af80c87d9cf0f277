package watch

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// The widths of the columns of a line, in characters.
const (
	methodWidth  = 6
	keyWidth     = 24
	statusWidth  = 3
	outcomeWidth = 19
	tookWidth    = 8
	reasonWidth  = 120
)

// Style is the appearance of lines.
type Style struct {
	Colour bool
	Zone   *time.Location // nil: UTC
}

// The colours, as SGR sequences of ECMA-48.
const (
	plain  = ""
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// line is one delivery, with the result of its execution if that is known.
type line struct {
	delivery  Event // Kind is empty if it was not seen
	execution Event // Kind is empty while it runs, or if there is none
}

// append appends the line: time, method, key, status, gate or steps, milliseconds, id, reason.
func (l line) append(b []byte, style Style) []byte {
	at := l.execution.At
	if l.delivery.Kind != "" {
		at = l.delivery.At
	}
	if style.Zone == nil {
		style.Zone = time.UTC
	}
	text, colour := l.outcome()
	var id string
	took, reason := l.delivery.Took, l.delivery.Reason
	if l.execution.Kind != "" {
		took, reason = l.execution.Took, l.execution.Reason
	}
	if x := max(l.delivery.Execution, l.execution.Execution); x != 0 {
		id = ident.ID(x).Text(ident.Execution)
	} else {
		id = ident.ID(l.delivery.Delivery).Text(ident.Delivery)
	}
	b = style.paint(b, dim, at.In(style.Zone).Format("15:04:05"), 0)
	b = style.paint(append(b, "  "...), plain, Clip(l.delivery.Method, methodWidth), methodWidth)
	b = style.paint(append(b, "  "...), plain, Clip(l.key(), keyWidth), keyWidth)
	b = style.paint(append(b, "  "...), answerColour(l.delivery.Answer), answerText(l.delivery.Answer), statusWidth)
	b = style.paint(append(b, "  "...), colour, Clip(text, outcomeWidth), outcomeWidth)
	ms := took.String()
	b = append(append(b, "  "...), strings.Repeat(" ", max(0, tookWidth-len(ms)))...)
	b = append(b, ms...)
	b = style.paint(append(b, "  "...), dim, id, 0)
	if reason != "" {
		b = style.paint(append(b, "  "...), dim, Clip(reason, reasonWidth), 0)
	}
	return append(b, '\n')
}

func (l line) key() string {
	switch {
	case l.execution.Workflow != "":
		return l.execution.Workflow
	case l.delivery.Workflow != "":
		return l.delivery.Workflow
	default:
		return l.delivery.Path
	}
}

// outcome returns the column with the gate, or with the final status and the number of steps.
func (l line) outcome() (text, colour string) {
	if l.execution.Kind == "" {
		switch l.delivery.Outcome {
		case hook.Accepted:
			return string(flow.Running), plain
		case hook.Unmatched:
			return string(hook.Unmatched), yellow
		}
		return "gate " + l.delivery.Gate, yellow
	}
	text = string(l.execution.Status) + " " + strconv.Itoa(l.execution.Steps) + " step"
	if l.execution.Steps != 1 {
		text += "s"
	}
	switch l.execution.Status {
	case flow.Failed, flow.Aborted:
		return text, red
	case flow.Succeeded:
		return text, green
	default:
		return text, yellow
	}
}

func answerText(status int) string {
	if status == 0 {
		return "-"
	}
	return strconv.Itoa(status)
}

func answerColour(status int) string {
	switch {
	case status >= 500:
		return red
	case status >= 400:
		return yellow
	case status >= 200:
		return green
	default:
		return plain
	}
}

// paint appends text in a colour, padded with spaces to width.
func (s Style) paint(b []byte, colour, text string, width int) []byte {
	if s.Colour && colour != plain {
		b = append(append(append(b, "\x1b["...), colour...), 'm')
	}
	b = append(b, text...)
	if s.Colour && colour != plain {
		b = append(b, "\x1b[0m"...)
	}
	for n := len([]rune(text)); n < width; n++ {
		b = append(b, ' ')
	}
	return b
}

// Clip makes untrusted text safe for a terminal: it returns at most width characters, none of which moves the
// cursor or changes colours.
func Clip(text string, width int) string {
	n, short := 0, ""
	for i := range text {
		if n == width-1 {
			short = text[:i] + "…"
		}
		n++
	}
	if n > width {
		text = short
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, text)
}
