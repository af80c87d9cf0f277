package storetest

import (
	"crypto/sha256"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// hash returns a hash that depends on n.
func hash(n int) [sha256.Size]byte { return sha256.Sum256([]byte{byte(n), byte(n >> 8)}) }

// none is the hash of no session.
func none() [sha256.Size]byte { return [sha256.Size]byte{} }

// session returns a session with every field set, whose hash depends on n.
func (w *harness) session(u account.User, n int) account.Session {
	return account.Session{
		ID: w.ids.Next(), User: u.ID, Hash: hash(n), CreatedAt: w.now(), SeenAt: w.now(), Expires: w.now().Add(time.Hour),
		IP: "2001:db8::1", Agent: "Mozilla/5.0 (ключ)",
	}
}

func (w *harness) sessionsOf(u account.User) []account.Session {
	w.Helper()
	list, err := w.SessionsOf(w.Context(), u.ID, w.now())
	w.ok(err)
	return list
}

func testSessions(t *testing.T, d Driver) {
	t.Run("a session is found by its hash, with its user", func(t *testing.T) {
		w := newHarness(t, d)
		a, b := w.newUser("a@example.com", account.Admin), w.newUser("b@example.com", account.Viewer)
		one, two, other := w.session(a, 1), w.session(a, 2), w.session(b, 3)
		for _, s := range []account.Session{one, two, other} {
			w.ok(w.CreateSession(s, none()))
		}
		w.reopen()
		for s, u := range map[account.Session]account.User{one: a, two: a, other: b} {
			got, of, err := w.Session(w.Context(), s.Hash)
			w.ok(err)
			w.same("session", got, s)
			w.same("user", of, u)
		}
		_, _, err := w.Session(w.Context(), hash(4))
		w.fails(err, fault.NotFound)
		w.same("sessions", w.sessionsOf(a), []account.Session{two, one})
	})

	t.Run("sessions end one by one, or all but one, and only those of the user", func(t *testing.T) {
		w := newHarness(t, d)
		a, b := w.newUser("a@example.com", account.Admin), w.newUser("b@example.com", account.Viewer)
		var list []account.Session
		for i := range 4 {
			list = append(list, w.session(a, i))
			w.ok(w.CreateSession(list[i], none()))
		}
		other := w.session(b, 9)
		w.ok(w.CreateSession(other, none()))
		w.fails(w.EndSession(a.ID, other.ID), fault.NotFound)
		w.ok(w.EndSession(a.ID, list[0].ID))
		w.fails(w.EndSession(a.ID, list[0].ID), fault.NotFound)
		n, err := w.EndOtherSessions(a.ID, list[2].ID)
		w.ok(err)
		w.same("ended", n, 2)
		w.same("left", w.sessionsOf(a), []account.Session{list[2]})
		w.same("of the other", w.sessionsOf(b), []account.Session{other})
	})

	t.Run("a sign-in replaces the session of the browser, and removes what has ended", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.newUser("a@example.com", account.Admin)
		first, second := w.session(a, 1), w.session(a, 2)
		w.ok(w.CreateSession(first, none()))
		w.ok(w.CreateSession(second, first.Hash))
		w.same("sessions", w.sessionsOf(a), []account.Session{second})
		w.clock.Advance(time.Hour) // second ends
		w.same("sessions", w.sessionsOf(a), []account.Session(nil))
		w.ok(w.CreateSession(w.session(a, 3), none()))
		_, _, err := w.Session(w.Context(), second.Hash)
		w.fails(err, fault.NotFound)
	})

	t.Run("a user has a bounded number of sessions", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.newUser("a@example.com", account.Admin)
		used := w.session(a, 0)
		used.SeenAt = w.now().Add(time.Minute)
		w.ok(w.CreateSession(used, none()))
		for i := range store.MaxSessions + 5 {
			w.ok(w.CreateSession(w.session(a, i+1), none()))
		}
		w.same("sessions", len(w.sessionsOf(a)), store.MaxSessions)
		_, _, err := w.Session(w.Context(), used.Hash)
		w.ok(err) // the one that was used last is not the oldest
	})

	t.Run("a new password ends the other sessions, and disabling a user all", func(t *testing.T) {
		w := newHarness(t, d)
		w.newUser("admin@example.com", account.Admin)
		a := w.newUser("a@example.com", account.Viewer)
		one, two := w.session(a, 1), w.session(a, 2)
		w.ok(w.CreateSession(one, none()))
		w.ok(w.CreateSession(two, none()))
		password, yes := "$new", true
		_, err := w.ChangeUser(a.ID, store.UserChange{Password: &password, Keep: one.ID})
		w.ok(err)
		w.same("sessions", w.sessionsOf(a), []account.Session{one})
		_, err = w.ChangeUser(a.ID, store.UserChange{Disabled: &yes, Keep: one.ID})
		w.ok(err)
		w.same("sessions", w.sessionsOf(a), []account.Session(nil))
		w.fails(w.CreateSession(w.session(a, 3), none()), fault.NotFound)
	})

	t.Run("use is noted along with other writes", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.newUser("a@example.com", account.Admin)
		s := w.session(a, 1)
		w.ok(w.CreateSession(s, none()))
		w.TouchSession(s.ID, w.now().Add(time.Minute))
		w.TouchSession(s.ID, w.now().Add(-time.Minute)) // late, and therefore without effect
		w.TouchSession(w.ids.Next(), w.now())
		w.queued() // writes what is queued too
		s.SeenAt = w.now().Add(time.Minute)
		w.same("sessions", w.sessionsOf(a), []account.Session{s})
	})
}
