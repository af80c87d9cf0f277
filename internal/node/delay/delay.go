package delay

import (
	"context"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// MaxDelay is the longest wait.
const MaxDelay = 366 * 24 * time.Hour

type config struct {
	// How long to wait: `30s`, `10m`, `2h`, `7d`; at most 366d. Give either this or `until`.
	For value.Value `json:"for"`
	// The instant to wait for, RFC 3339 with a zone: `2026-03-01T09:00:00+01:00`. One that is past does
	// not wait.
	Until value.Value `json:"until"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	switch field {
	case "duration", "unit":
		return `write "for: 10m" for NocoBase's duration and unit`
	case "endStatus":
		return `leave "endStatus" out: after the wait the workflow goes on; put an end or fail node behind it to stop`
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "delay",
		Summary: "Waits for a time, or until an instant; restarts do not disturb it.",
		Result:  "nothing.",
		Waits:   true,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	switch {
	case cfg.For.IsMissing() && cfg.Until.IsMissing() && r.Clean():
		r.Problem("for", `is required: write "for: 10m", or "until" with an instant`)
	case !cfg.For.IsMissing() && !cfg.Until.IsMissing():
		r.Problem("until", `cannot be combined with "for"; keep one of them`)
	}
	config := r.Template()
	if r.Clean() {
		checkFixed(r, cfg)
	}
	return r.Done(&delay{config})
}

// checkFixed checks the values without templates at publish time.
func checkFixed(r *node.Reader, cfg config) {
	if !cfg.For.IsMissing() && node.Fixed(cfg.For) {
		if _, err := length(cfg.For); err != nil {
			r.Problem("for", err.Error())
		}
	}
	if !cfg.Until.IsMissing() && node.Fixed(cfg.Until) {
		if _, err := instant(cfg.Until); err != nil {
			r.Problem("until", err.Error())
		}
	}
}

type delay struct{ node.Rendered }

func (d *delay) Run(_ context.Context, in node.Input) (node.Result, error) {
	until, err := end(in.Value, in.Now)
	if err != nil {
		return node.Result{}, &node.Failure{Message: err.Error(), Final: true}
	}
	if !until.After(in.Now) {
		return node.Result{}, nil
	}
	return node.Result{Until: until}, nil
}

// end returns when the wait in the rendered config ends.
func end(rendered value.Value, now time.Time) (time.Time, error) {
	if v := rendered.Get("for"); !v.IsMissing() {
		d, err := length(v)
		if err != nil {
			return time.Time{}, fmt.Errorf("for: %w", err)
		}
		return now.Add(d), nil
	}
	until, err := instant(rendered.Get("until"))
	if err != nil {
		return time.Time{}, fmt.Errorf("until: %w", err)
	}
	if until.Sub(now) > MaxDelay {
		return time.Time{}, fmt.Errorf("until: %s is more than %s away", until.Format(time.RFC3339), decode.FormatDuration(MaxDelay))
	}
	return until, nil
}

func length(v value.Value) (time.Duration, error) {
	d, err := decode.DurationOf(v)
	if err != nil {
		return 0, err
	}
	if d > MaxDelay {
		return 0, fmt.Errorf("must be at most %s, not %s", decode.FormatDuration(MaxDelay), decode.FormatDuration(d))
	}
	return d, nil
}

func instant(v value.Value) (time.Time, error) {
	text, ok := v.Str()
	if !ok {
		return time.Time{}, fmt.Errorf("must be an instant as text, such as 2026-03-01T09:00:00Z, not a value of type %s", v.Kind())
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is not a valid time; write date, time and zone as in 2026-03-01T09:00:00Z", decode.Quote(text))
	}
	return at, nil
}
