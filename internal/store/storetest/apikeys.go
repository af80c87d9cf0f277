package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// key returns an API key with every field set, whose hash depends on n.
func (w *harness) key(user ident.ID, n int) account.APIKey {
	return account.APIKey{
		ID: w.ids.Next(), User: user, Name: "deploy «ключ»", Hash: hash(n), Hint: "hlk_abcd", Role: account.Editor,
		Workflows: []string{"orders", "github-push"}, CreatedAt: w.now(), Expires: w.now().Add(time.Hour), UsedAt: w.now(),
	}
}

func (w *harness) keys(user, before ident.ID, limit int) []account.APIKey {
	w.Helper()
	list, err := w.APIKeys(w.Context(), user, before, limit)
	w.ok(err)
	return list
}

func testAPIKeys(t *testing.T, d Driver) {
	t.Run("a key is found by its hash, with who made it", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.newUser("a@example.com", account.Admin)
		one, two := w.key(a.ID, 1), w.key(0, 2)
		two.Workflows, two.Expires, two.UsedAt = nil, time.Time{}, time.Time{}
		w.ok(w.CreateAPIKey(one))
		w.ok(w.CreateAPIKey(two))
		w.reopen()
		got, of, err := w.APIKey(w.Context(), one.Hash)
		w.ok(err)
		w.same("key", got, one)
		w.same("user", of, a)
		got, of, err = w.APIKey(w.Context(), two.Hash)
		w.ok(err)
		w.same("key", got, two)
		w.same("user", of, account.User{})
		_, _, err = w.APIKey(w.Context(), hash(3))
		w.fails(err, fault.NotFound)
		for _, bad := range []account.APIKey{{Role: account.Viewer}, {ID: 7}, {ID: 7, Role: "root"}} {
			w.fails(w.CreateAPIKey(bad), fault.Invalid)
		}
	})

	t.Run("lists are paged, newest first, of one user or of all", func(t *testing.T) {
		w := newHarness(t, d)
		a, b := w.newUser("a@example.com", account.Admin), w.newUser("b@example.com", account.Viewer)
		var list []account.APIKey
		for i, u := range []ident.ID{a.ID, b.ID, a.ID, 0} {
			list = append(list, w.key(u, i))
			w.ok(w.CreateAPIKey(list[i]))
		}
		w.same("all", w.keys(0, 0, 10), []account.APIKey{list[3], list[2], list[1], list[0]})
		w.same("two", w.keys(0, 0, 2), []account.APIKey{list[3], list[2]})
		w.same("the next two", w.keys(0, list[2].ID, 2), []account.APIKey{list[1], list[0]})
		w.same("of one", w.keys(a.ID, 0, 10), []account.APIKey{list[2], list[0]})
		w.same("of one, next page", w.keys(a.ID, list[2].ID, 10), []account.APIKey{list[0]})
	})

	t.Run("a user deletes only own keys", func(t *testing.T) {
		w := newHarness(t, d)
		a, b := w.newUser("a@example.com", account.Admin), w.newUser("b@example.com", account.Viewer)
		mine, theirs := w.key(a.ID, 1), w.key(b.ID, 2)
		w.ok(w.CreateAPIKey(mine))
		w.ok(w.CreateAPIKey(theirs))
		_, err := w.DeleteAPIKey(theirs.ID, a.ID)
		w.fails(err, fault.NotFound)
		was, err := w.DeleteAPIKey(mine.ID, a.ID)
		w.ok(err)
		w.same("deleted", was, mine)
		was, err = w.DeleteAPIKey(theirs.ID, 0)
		w.ok(err)
		w.same("deleted", was, theirs)
		_, err = w.DeleteAPIKey(theirs.ID, 0)
		w.fails(err, fault.NotFound)
		w.same("left", w.keys(0, 0, 10), []account.APIKey(nil))
	})

	t.Run("a key cannot be made for somebody who is disabled", func(t *testing.T) {
		w := newHarness(t, d)
		w.newUser("a@example.com", account.Admin)
		u := w.user("b@example.com", account.Admin)
		u.Disabled = true
		w.ok(w.CreateUser(store.NewUser{User: u}))
		w.fails(w.CreateAPIKey(w.key(u.ID, 1)), fault.NotFound)
	})

	t.Run("use is noted along with other writes", func(t *testing.T) {
		w := newHarness(t, d)
		k := w.key(0, 1)
		k.UsedAt = time.Time{}
		w.ok(w.CreateAPIKey(k))
		w.TouchAPIKey(k.ID, w.now().Add(time.Minute))
		w.TouchAPIKey(k.ID, w.now())
		w.queued() // writes what is queued too
		k.UsedAt = w.now().Add(time.Minute)
		w.same("keys", w.keys(0, 0, 10), []account.APIKey{k})
	})
}
