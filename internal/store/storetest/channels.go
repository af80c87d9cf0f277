package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func (w *harness) channel(name, config string) store.Channel {
	return store.Channel{Name: name, Type: "slack", Config: value.Trusted(config), Source: name + ".yaml", UpdatedAt: w.now()}
}

func testChannels(t *testing.T, d Driver) {
	// has checks which channels are stored, in order.
	has := func(w *harness, want ...store.Channel) {
		t.Helper()
		list, err := w.Channels(w.Context())
		w.ok(err)
		w.same("number of channels", len(list), len(want))
		for i := range want {
			w.same("channel", list[i], want[i])
		}
	}

	t.Run("channels are kept as written, sorted by name", func(t *testing.T) {
		w := newHarness(t, d)
		has(w)
		b, a := w.channel("b", `{"url":"{{$env.B}}", "n":1.0,"é":"\u003c"}`), w.channel("a", `{}`)
		a.Source = ""
		w.ok(w.ChangeChannels([]store.Channel{b, a}, nil))
		has(w, a, b)
		w.reopen()
		has(w, a, b)
	})

	t.Run("a change replaces and deletes in one write", func(t *testing.T) {
		w := newHarness(t, d)
		a, b, c := w.channel("a", `{}`), w.channel("b", `{}`), w.channel("c", `{}`)
		w.ok(w.ChangeChannels([]store.Channel{a, b, c}, nil))
		w.clock.Advance(time.Minute)
		b2 := w.channel("b", `{"channel":"x"}`)
		b2.Type, b2.Source = "email", ""
		w.ok(w.ChangeChannels([]store.Channel{b2}, []string{"a", "nope"}))
		w.reopen()
		has(w, b2, c)
		w.ok(w.ChangeChannels(nil, nil))
		has(w, b2, c)
		w.ok(w.ChangeChannels([]store.Channel{a}, []string{"a"})) // put wins
		has(w, a, b2, c)
	})

	t.Run("a channel without a time gets that of the write", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.channel("a", `{}`)
		a.UpdatedAt = time.Time{}
		w.ok(w.ChangeChannels([]store.Channel{a}, nil))
		a.UpdatedAt = w.now()
		has(w, a)
	})

	t.Run("a channel that is not whole is refused, and nothing is written", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.channel("a", `{}`)
		w.ok(w.ChangeChannels([]store.Channel{a}, nil))
		for _, bad := range []store.Channel{{Name: "b", Type: "slack"}, {Name: "b", Config: a.Config}, {Type: "slack", Config: a.Config}} {
			w.fails(w.ChangeChannels([]store.Channel{w.channel("c", `{}`), bad}, []string{"a"}), fault.Invalid)
			has(w, a)
		}
	})
}
