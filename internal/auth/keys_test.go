package auth_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/auth"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

func TestAKeyHasAtMostTheRoleOfItsMaker(t *testing.T) {
	d := newDesk(t, nil)
	d.user("admin@example.com", account.Admin)
	for _, mine := range account.Roles() {
		u := d.user(string(mine)+"s@example.com", mine)
		who := u.Principal(1)
		for _, wanted := range account.Roles() {
			k, err := d.CreateKey(t.Context(), who, account.APIKey{Name: "ci", Role: wanted})
			if mine.AtLeast(wanted) {
				d.ok(err)
				if got := d.by(k.Secret, ""); got.Role != wanted || got.Kind != account.ByKey || got.ID != k.ID {
					t.Errorf("the key is %+v", got)
				}
				continue
			}
			d.fails(err, fault.Forbidden, "the key cannot have the role")
		}
	}
}

func TestKeysThatCannotBeMade(t *testing.T) {
	d := newDesk(t, nil)
	u := d.user("ann@example.com", account.Admin)
	for _, c := range []struct {
		who  account.Principal
		key  account.APIKey
		kind fault.Kind
		has  string
	}{
		{u.Principal(1), account.APIKey{Role: account.Viewer}, fault.Invalid, "name the key"},
		{u.Principal(1), account.APIKey{Name: strings.Repeat("x", 201), Role: account.Viewer}, fault.Invalid, "name the key"},
		{u.Principal(1), account.APIKey{Name: "ci", Role: "root"}, fault.Invalid, "is not a role"},
		{u.Principal(1), account.APIKey{Name: "ci", Role: account.Viewer, Workflows: []string{"nope"}}, fault.Invalid, `there is no workflow "nope"`},
		{u.Principal(1), account.APIKey{Name: "ci", Role: account.Viewer, Workflows: make([]string, 501)}, fault.Invalid, "at most 500"},
		{u.Principal(1), account.APIKey{Name: "ci", Role: account.Viewer, Expires: d.clock.Now()}, fault.Invalid, "has passed"},
		{u.Principal(1), account.APIKey{Name: "ci", Role: account.Viewer, Expires: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -2*3600))}, fault.Invalid, "at most 9999"},
		{account.Principal{Kind: account.ByKey, ID: 7, Role: account.Admin}, account.APIKey{Name: "ci", Role: account.Viewer}, fault.Forbidden, "cannot manage API keys"},
		{account.Principal{}, account.APIKey{Name: "ci", Role: account.Viewer}, fault.Forbidden, "cannot manage API keys"},
	} {
		_, err := d.CreateKey(t.Context(), c.who, c.key)
		d.fails(err, c.kind, c.has)
	}
}

func TestAKeyIsShownOnceAndWorksUntilItsEnd(t *testing.T) {
	d := newDesk(t, nil)
	u := d.user("ann@example.com", account.Admin)
	who := u.Principal(1)
	k, err := d.CreateKey(t.Context(), who, account.APIKey{
		Name: "ci", Role: account.Editor, Workflows: []string{"orders", "invoices", "orders"}, Expires: d.clock.Now().Add(time.Hour),
	})
	d.ok(err)
	if !strings.HasPrefix(k.Secret, auth.KeyPrefix) || len(k.Secret) < 50 || !strings.HasPrefix(k.Secret, k.Hint) || len(k.Hint) > 12 {
		t.Errorf("the key %q with the hint %q", k.Secret, k.Hint)
	}
	if got := d.by(k.Secret, ""); !got.Bound() || !slices.Equal(got.Workflows, []string{"invoices", "orders"}) {
		t.Errorf("the key is %+v", got)
	}
	list, err := d.Keys(t.Context(), who, 0, 10)
	d.ok(err)
	if text := fmt.Sprintf("%+v", list); len(list) != 1 || strings.Contains(text, k.Secret) {
		t.Errorf("the list shows %s", text)
	}
	d.clock.Advance(time.Hour - time.Second)
	d.by(k.Secret, "")
	d.clock.Advance(time.Second)
	d.refused(k.Secret, "", "has expired")
	_, err = d.DeleteKey(who, k.ID)
	d.ok(err)
	d.refused(k.Secret, "", "may have been deleted")
	for _, near := range []string{k.Secret + "x", k.Secret[:len(k.Secret)-1], strings.ToUpper(k.Secret), auth.KeyPrefix, k.Hint} {
		d.refused(near, "", "")
	}
}

func TestPeopleSeeTheirOwnKeysAndAdminsAll(t *testing.T) {
	d := newDesk(t, nil)
	admin, ann, bob := d.user("admin@example.com", account.Admin), d.user("ann@example.com", account.Editor), d.user("bob@example.com", account.Editor)
	of := map[string]account.NewKey{}
	for name, who := range map[string]account.Principal{"admin": admin.Principal(1), "ann": ann.Principal(2), "bob": bob.Principal(3), "token": d.by(token, "")} {
		k, err := d.CreateKey(t.Context(), who, account.APIKey{Name: name, Role: account.Viewer})
		d.ok(err)
		of[name] = k
	}
	for _, c := range []struct {
		who  account.Principal
		want int
	}{{admin.Principal(1), 4}, {d.by(token, ""), 4}, {ann.Principal(2), 1}, {bob.Principal(3), 1}} {
		list, err := d.Keys(t.Context(), c.who, 0, 10)
		d.ok(err)
		if len(list) != c.want {
			t.Errorf("%s sees %d keys, want %d", c.who.Name, len(list), c.want)
		}
	}
	_, err := d.DeleteKey(ann.Principal(2), of["bob"].ID)
	d.fails(err, fault.NotFound, "there is no such API key")
	d.by(of["bob"].Secret, "")
	_, err = d.DeleteKey(admin.Principal(1), of["bob"].ID)
	d.ok(err)
	_, err = d.Keys(t.Context(), d.by(of["admin"].Secret, ""), 0, 10)
	d.fails(err, fault.Forbidden, "cannot manage API keys")
	_, err = d.DeleteKey(d.by(of["token"].Secret, ""), of["ann"].ID)
	d.fails(err, fault.Forbidden, "cannot manage API keys")
	_, err = d.DeleteKey(d.by(of["ann"].Secret, ""), of["ann"].ID) // itself
	d.ok(err)
	d.refused(of["ann"].Secret, "", "may have been deleted")
}

func TestUseOfAKeyIsWrittenOnceAMinute(t *testing.T) {
	d := newDesk(t, nil)
	who := d.by(token, "")
	k, err := d.CreateKey(t.Context(), who, account.APIKey{Name: "ci", Role: account.Viewer})
	d.ok(err)
	dropped := d.store.Counters()["optionalDropped"]
	for range 5000 { // more than the queue of optional writes holds
		d.by(k.Secret, "")
	}
	at := d.clock.Now()
	d.until(func() bool {
		list, err := d.Keys(t.Context(), who, 0, 1)
		d.ok(err)
		return list[0].UsedAt.Equal(at)
	})
	if n := d.store.Counters()["optionalDropped"] - dropped; n != 0 {
		t.Errorf("%d writes were dropped", n)
	}
}

// TestTenThousandKeysAreAsFastAsOne compares the time of look-ups. An index makes them equal; a scan would take a
// thousand times as long.
func TestTenThousandKeysAreAsFastAsOne(t *testing.T) {
	d := newDesk(t, nil)
	who := d.by(token, "")
	one, err := d.CreateKey(t.Context(), who, account.APIKey{Name: "first", Role: account.Viewer})
	d.ok(err)
	fastest := func(secret string) time.Duration {
		best := time.Hour
		for range 200 {
			begun := now()
			d.by(secret, "")
			best = min(best, now().Sub(begun))
		}
		return best
	}
	alone := fastest(one.Secret)
	var all sync.WaitGroup
	last := make([]account.NewKey, 100)
	for i := range last {
		all.Go(func() {
			for range 100 {
				k, err := d.CreateKey(t.Context(), who, account.APIKey{Name: "many", Role: account.Viewer})
				if err != nil {
					t.Error(err)
					return
				}
				last[i] = k
			}
		})
	}
	all.Wait()
	among := fastest(last[50].Secret)
	t.Logf("a look-up takes %v with one key, and %v with 10,001", alone, among)
	if among > 20*alone {
		t.Errorf("a look-up takes %v with one key, and %v with 10,001", alone, among)
	}
	n := 0
	for page, err := d.Keys(t.Context(), who, 0, 500); len(page) > 0; page, err = d.Keys(t.Context(), who, page[len(page)-1].ID, 500) {
		d.ok(err)
		n += len(page)
	}
	if n != 10_001 {
		t.Errorf("the pages have %d keys", n)
	}
}

// now returns the time of the machine.
func now() time.Time { return clock.System().Now() }
