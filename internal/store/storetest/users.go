package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// user returns a user with every field set.
func (w *harness) user(email string, role account.Role) account.User {
	return account.User{
		ID: w.ids.Next(), Email: email, Name: "Zoë «" + email + "»", Role: role, Password: "$argon2id$" + email,
		CreatedAt: w.now(), UpdatedAt: w.now(), SignedInAt: w.now(),
	}
}

// newUser creates a user.
func (w *harness) newUser(email string, role account.Role) account.User {
	w.Helper()
	u := w.user(email, role)
	w.ok(w.CreateUser(store.NewUser{User: u}))
	return u
}

func (w *harness) hasUser(want account.User) {
	w.Helper()
	got, err := w.User(w.Context(), want.ID)
	w.ok(err)
	w.same("user", got, want)
}

func testUsers(t *testing.T, d Driver) {
	t.Run("users are kept, and found by id, address and identity", func(t *testing.T) {
		w := newHarness(t, d)
		github, google := account.Identity{Issuer: "https://a.example.com", Subject: "1"}, account.Identity{Issuer: "https://b.example.com", Subject: "1"}
		b, a := w.user("b@example.com", account.Admin), w.user("a@example.com", account.Viewer)
		a.Password, a.Name, a.SignedInAt, a.Disabled = "", "", time.Time{}, true
		w.ok(w.CreateUser(store.NewUser{User: b, Identity: &github}))
		w.ok(w.CreateUser(store.NewUser{User: a}))
		w.reopen()
		w.hasUser(a)
		for _, find := range []func() (account.User, error){
			func() (account.User, error) { return w.User(w.Context(), b.ID) },
			func() (account.User, error) { return w.UserByEmail(w.Context(), "b@example.com") },
			func() (account.User, error) { return w.UserByIdentity(w.Context(), github) },
		} {
			got, err := find()
			w.ok(err)
			w.same("user", got, b)
		}
		for _, find := range []func() (account.User, error){
			func() (account.User, error) { return w.User(w.Context(), 1) },
			func() (account.User, error) { return w.UserByEmail(w.Context(), "B@example.com") },
			func() (account.User, error) { return w.UserByIdentity(w.Context(), google) },
		} {
			_, err := find()
			w.fails(err, fault.NotFound)
		}
		for _, c := range []struct {
			after string
			limit int
			want  []account.User
		}{{"", 10, []account.User{a, b}}, {"", 1, []account.User{a}}, {"a@example.com", 10, []account.User{b}}, {"b@example.com", 10, nil}} {
			got, err := w.Users(w.Context(), c.after, c.limit)
			w.ok(err)
			w.same("users", got, c.want)
		}
	})

	t.Run("an address belongs to one user", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.newUser("a@example.com", account.Admin)
		again := w.user("a@example.com", account.Viewer)
		w.fails(w.CreateUser(store.NewUser{User: again}), fault.Conflict)
		w.hasUser(a)
		for _, bad := range []account.User{{Email: "x@example.com", Role: account.Admin}, {ID: 7, Role: account.Admin}, {ID: 7, Email: "x@example.com", Role: "root"}} {
			w.fails(w.CreateUser(store.NewUser{User: bad}), fault.Invalid)
		}
	})

	t.Run("only one of many becomes the first admin", func(t *testing.T) {
		w := newHarness(t, d)
		w.newUser("viewer@example.com", account.Viewer)
		has, err := w.HasAdmin(w.Context())
		w.ok(err)
		w.same("has an admin", has, false)
		var made atomic.Int64
		w.together(8, func(i int) error {
			err := w.CreateUser(store.NewUser{User: w.user(fmt.Sprintf("%d@example.com", i), account.Admin), Only: true})
			if err == nil {
				made.Add(1)
			} else if !fault.Is(err, fault.Conflict) {
				return err
			}
			return nil
		})
		w.same("first admins", made.Load(), int64(1))
		has, err = w.HasAdmin(w.Context())
		w.ok(err)
		w.same("has an admin", has, true)
	})

	t.Run("a change changes what it names", func(t *testing.T) {
		w := newHarness(t, d)
		w.newUser("admin@example.com", account.Admin)
		u := w.newUser("a@example.com", account.Viewer)
		w.clock.Advance(time.Hour)
		name, role, yes, hash, at := "Ann", account.Editor, true, "$new", w.now()
		for _, c := range []struct {
			change store.UserChange
			apply  func()
		}{
			{store.UserChange{Name: &name}, func() { u.Name, u.UpdatedAt = name, at }},
			{store.UserChange{Role: &role}, func() { u.Role = role }},
			{store.UserChange{Password: &hash}, func() { u.Password = hash }},
			{store.UserChange{Disabled: &yes}, func() { u.Disabled = true }},
			{store.UserChange{SignedInAt: &at, Identity: &account.Identity{Issuer: "i", Subject: "s"}}, func() { u.SignedInAt = at }},
			{store.UserChange{}, func() {}},
		} {
			got, err := w.ChangeUser(u.ID, c.change)
			w.ok(err)
			c.apply()
			w.same("answer", got, u)
			w.hasUser(u)
		}
		got, err := w.UserByIdentity(w.Context(), account.Identity{Issuer: "i", Subject: "s"})
		w.ok(err)
		w.same("by identity", got, u)
		_, err = w.ChangeUser(1, store.UserChange{Name: &name})
		w.fails(err, fault.NotFound)
		bad := account.Role("root")
		_, err = w.ChangeUser(u.ID, store.UserChange{Role: &bad})
		w.fails(err, fault.Invalid)
	})

	t.Run("a user is deleted with everything", func(t *testing.T) {
		w := newHarness(t, d)
		w.newUser("admin@example.com", account.Admin)
		u, of := w.user("a@example.com", account.Editor), account.Identity{Issuer: "i", Subject: "s"}
		w.ok(w.CreateUser(store.NewUser{User: u, Identity: &of}))
		s, k := w.session(u, 1), w.key(u.ID, 2)
		w.ok(w.CreateSession(s, none()))
		w.ok(w.CreateAPIKey(k))
		w.ok(w.DeleteUser(u.ID))
		w.fails(w.DeleteUser(u.ID), fault.NotFound)
		_, err := w.UserByIdentity(w.Context(), of)
		w.fails(err, fault.NotFound)
		_, _, err = w.Session(w.Context(), s.Hash)
		w.fails(err, fault.NotFound)
		_, _, err = w.APIKey(w.Context(), k.Hash)
		w.fails(err, fault.NotFound)
		w.fails(w.CreateSession(w.session(u, 3), none()), fault.NotFound)
		w.fails(w.CreateAPIKey(w.key(u.ID, 4)), fault.NotFound)
	})
	t.Run("one admin stays", func(t *testing.T) { testLastAdmin(t, d) })
}

func testLastAdmin(t *testing.T, d Driver) {
	w := newHarness(t, d)
	viewer, yes := account.Viewer, true
	a := w.newUser("a@example.com", account.Admin)
	off := w.user("off@example.com", account.Admin)
	off.Disabled = true
	w.ok(w.CreateUser(store.NewUser{User: off}))
	// An admin who is disabled does not count.
	_, err := w.ChangeUser(a.ID, store.UserChange{Role: &viewer})
	w.fails(err, fault.Conflict)
	_, err = w.ChangeUser(a.ID, store.UserChange{Disabled: &yes})
	w.fails(err, fault.Conflict)
	w.fails(w.DeleteUser(a.ID), fault.Conflict)
	name := "still here"
	got, err := w.ChangeUser(a.ID, store.UserChange{Role: &viewer, Name: &name, RoleUnlessLast: true})
	w.ok(err)
	a.Name, a.UpdatedAt = name, w.now()
	w.same("the role of the last admin stays", got, a)
	w.ok(w.DeleteUser(off.ID))

	// Of several admins that go at the same time, each in another way, one stays.
	admins := []ident.ID{a.ID}
	for i := range 5 {
		admins = append(admins, w.newUser(fmt.Sprintf("%d@example.com", i), account.Admin).ID)
	}
	var refused atomic.Int64
	w.together(len(admins), func(i int) error {
		var err error
		switch i % 3 {
		case 0:
			err = w.DeleteUser(admins[i])
		case 1:
			_, err = w.ChangeUser(admins[i], store.UserChange{Role: &viewer})
		default:
			_, err = w.ChangeUser(admins[i], store.UserChange{Disabled: &yes})
		}
		if fault.Is(err, fault.Conflict) {
			refused.Add(1)
			err = nil
		}
		return err
	})
	w.same("refused", refused.Load(), int64(1))
	has, err := w.HasAdmin(w.Context())
	w.ok(err)
	w.same("has an admin", has, true)
}

// together calls do at the same time with 0 to n-1.
func (w *harness) together(n int, do func(int) error) {
	w.Helper()
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	w.ok(errors.Join(errs...))
}
