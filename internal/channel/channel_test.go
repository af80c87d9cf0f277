package channel_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/kinds"
	"hookline.dev/hookline/internal/value"
)

func entry(name string, rate channel.Rate) channel.Entry {
	return channel.Entry{Definition: channel.Definition{Name: name}, Info: channel.Info{Rate: rate}}
}

func TestAChannelKeepsItsRate(t *testing.T) {
	var live channel.Live
	live.Set([]channel.Entry{
		entry("free", channel.Rate{}), entry("slow", channel.Rate{Messages: 1, Per: time.Second}), entry("burst", channel.Rate{Messages: 20, Per: time.Minute}),
	})
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	turns := func(name string, n int) (late []time.Duration) {
		for range n {
			late = append(late, max(0, live.Reserve(live.Find(name), now).Sub(now)))
		}
		return late
	}
	for i, wait := range turns("free", 5) {
		if wait != 0 {
			t.Errorf("free: message %d waits for %s", i, wait)
		}
	}
	for i, wait := range turns("slow", 4) {
		if want := time.Duration(i) * time.Second; wait != want {
			t.Errorf("slow: message %d waits for %s, want %s", i, wait, want)
		}
	}
	for i, wait := range turns("burst", 22) {
		if want := max(0, time.Duration(i-19)*3*time.Second); wait != want {
			t.Errorf("burst: message %d waits for %s, want %s", i, wait, want)
		}
	}
	for range 3 { // refused turns are not taken
		if at := live.TryReserve(live.Find("slow"), now); at.Sub(now) != 4*time.Second {
			t.Errorf("slow: the next turn is in %s", at.Sub(now))
		}
	}
	now = now.Add(time.Hour)
	if at := live.TryReserve(live.Find("slow"), now); at.After(now) {
		t.Errorf("slow: after an hour, the next turn is in %s", at.Sub(now))
	}
	if at := live.TryReserve(live.Find("slow"), now); at.Sub(now) != time.Second {
		t.Errorf("slow: the turn was not taken, the next one is in %s", at.Sub(now))
	}
	now = now.Add(time.Hour)
	if wait := turns("slow", 1)[0]; wait != 0 {
		t.Errorf("after an hour, a message waits for %s", wait)
	}
	for _, name := range []string{"slow", "burst"} {
		live.Pause(live.Find(name), now.Add(time.Minute))
		if wait := turns(name, 1)[0]; wait != time.Minute {
			t.Errorf("%s: after a pause of a minute, a message waits for %s", name, wait)
		}
	}
	live.Set(nil)
	if live.Find("slow") != nil || len(live.Names()) != 0 {
		t.Error("a channel that is gone is found")
	}
}

func TestACutTextFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		max := rapid.IntRange(4, 50).Draw(t, "max")
		cut := channel.Cut(text, max)
		if utf8.RuneCountInString(cut) > max || (utf8.RuneCountInString(text) <= max) != (cut == text) {
			t.Fatalf("%q was cut to %q, which has %d characters", text, cut, utf8.RuneCountInString(cut))
		}
		double := func(s string) string { return strings.ReplaceAll(s, "a", "&amp;") }
		if fit := channel.Fit(text, double, channel.Bytes, 40); len(fit) > 40 && len(double(text)) > 40 && utf8.RuneCountInString(text) > 1 {
			t.Fatalf("%q became %q, which has %d bytes", text, fit, len(fit))
		}
		if bytes := channel.CutBytes(text, max); len(bytes) > max || !utf8.ValidString(bytes) && utf8.ValidString(text) {
			t.Fatalf("%q was cut to %q, which has %d bytes", text, bytes, len(bytes))
		}
	})
}

func TestDefinitionsAreChecked(t *testing.T) {
	set := kinds.Set(nil)
	for _, test := range []struct{ name, kind, config, path, says string }{
		{"Ops", "slack", `{"url":"{{$env.U}}"}`, "name", "lower-case"},
		{"ops", "slak", `{}`, "type", `did you mean "slack"?`},
		{"ops", "slack", `null`, "config.url", "is required"},
		{"ops", "slack", `{"url":"{{$context.data.url}}"}`, "config.url", "$context"},
		{"ops", "slack", `{"url":"{{$env.U"}`, "config.url", "}}"},
	} {
		_, _, problems := set.Compile(channel.Definition{Name: test.name, Type: test.kind, Config: value.Trusted(test.config)})
		if len(problems) != 1 || problems[0].Path != test.path || !strings.Contains(problems[0].Message, test.says) {
			t.Errorf("%s %s %s: %v, want one at %s that says %s", test.name, test.kind, test.config, problems, test.path, test.says)
		}
	}
}
