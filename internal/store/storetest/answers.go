package storetest

import (
	"bytes"
	"testing"
	"time"

	"hookline.dev/hookline/internal/hook"
)

func testAnswers(t *testing.T, d Driver) {
	t.Run("what a call was answered in the end is kept", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(w.owner)
		a.Delivery.Status, a.Delivery.Answer = 0, nil
		w.ok(w.accept(a))
		want := a.Delivery
		for _, answer := range []*hook.Reply{
			{Status: 504, Headers: []hook.Header{{Name: "Content-Type", Value: "application/problem+json"}}, Body: []byte("\x00\xff")},
			{Status: 204},
			nil,
		} {
			want.Status, want.Took, want.Answer = 200, time.Minute, answer
			w.same("kept", w.SaveAnswer(hook.Delivery{ID: want.ID, Status: 200, Took: time.Minute, Answer: answer, Workflow: "not looked at"}), true)
			w.queued() // writes the queued answer too
			got, err := w.Delivery(t.Context(), want.ID)
			w.ok(err)
			w.same("delivery", got, want)
			w.same("with its execution", w.load(a.Execution.ID).Delivery, want)
		}
	})

	t.Run("a long answer is cut", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(w.owner)
		a.Delivery.Answer = &hook.Reply{Status: 200, Body: bytes.Repeat([]byte("ключ"), hook.MaxAnswer)}
		w.ok(w.accept(a))
		got, err := w.Delivery(t.Context(), a.Delivery.ID)
		w.ok(err)
		w.same("body", string(got.Answer.Body), string(a.Delivery.Answer.Body[:hook.MaxAnswer]))
	})

	t.Run("the answer of nobody harms nobody", func(t *testing.T) {
		w := newHarness(t, d)
		w.same("kept", w.SaveAnswer(hook.Delivery{ID: w.ids.Next(), Status: 200}), true)
		w.queued()
		w.backlog(1)
	})

	t.Run("every refused call can be noted", func(t *testing.T) {
		w := newHarness(t, d)
		var notes []hook.Delivery
		for _, o := range []hook.Outcome{hook.Filtered, hook.Handshake, hook.Rejected, hook.Unmatched} {
			n := w.delivery(o)
			n.Workflow, n.Gate, n.Reason, n.Status = "github-push", "some gate", "some reason", 403
			w.same("kept", w.SaveDelivery(n), true)
			notes = append(notes, n)
		}
		w.reopen()
		for _, n := range notes {
			got, err := w.Delivery(t.Context(), n.ID)
			w.ok(err)
			w.same(string(n.Outcome), got, n)
		}
	})

	t.Run("answers are bounded and dropped, and never in the way", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.accepted()
		answer := &hook.Reply{Status: 200, Body: make([]byte, hook.MaxAnswer)}
		kept := 0
		for kept < 100_000 && w.SaveAnswer(hook.Delivery{ID: a.Delivery.ID, Answer: answer}) {
			kept++
		}
		w.same("dropped in the end", kept < 100_000, true)
		w.queued()
	})
}
