package auth_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/auth"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite"
)

const (
	token  = "the content of the token file"
	secret = "correct horse battery"
	other  = "battery horse correct"
)

// quick is a hasher without the cost. It counts what it is asked.
type quick struct {
	mu       sync.Mutex
	verified int
}

func (q *quick) Hash(_ context.Context, password string) (string, error) {
	return "hash of " + password, nil
}

func (q *quick) Verify(_ context.Context, hash, password string) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.verified++
	return hash == "hash of "+password, nil
}

// desk is a service with a store of its own.
type desk struct {
	*testing.T
	*auth.Service
	store  *sqlite.Store
	clock  *clock.Manual
	hasher *quick
}

func newDesk(t *testing.T, change func(*auth.Options)) *desk {
	t.Helper()
	c := clock.NewManual(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	s, err := sqlite.Open(sqlite.Options{Dir: t.TempDir(), Clock: c, Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &desk{T: t, store: s, clock: c, hasher: &quick{}}
	o := auth.Options{
		Store: s, Passwords: d.hasher, IDs: ident.NewSource(c, 1), Clock: c, Log: slog.New(slog.DiscardHandler), Token: token,
		HasWorkflow: func(key string) bool { return key == "orders" || key == "invoices" },
		Idle:        time.Hour, Lifetime: 24 * time.Hour,
	}
	if change != nil {
		change(&o)
	}
	d.Service = auth.New(o)
	return d
}

func (d *desk) ok(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) fails(err error, kind fault.Kind, has string) {
	d.Helper()
	if !fault.Is(err, kind) || !strings.Contains(fault.Message(err), has) {
		d.Fatalf("error is %v, want one of kind %v with %q", err, kind, has)
	}
}

// user creates a user whose password is secret.
func (d *desk) user(email string, role account.Role) account.User {
	d.Helper()
	u, err := d.CreateUser(d.Context(), account.NewUser{Email: email, Role: role, Password: secret})
	d.ok(err)
	return u
}

func from(address string) account.Origin {
	return account.Origin{Addr: netip.MustParseAddr(address), Agent: "test"}
}

// signIn signs in from an address of the test.
func (d *desk) signIn(email string) account.SignedIn {
	d.Helper()
	in, err := d.SignIn(d.Context(), email, secret, from("192.0.2.1"), "")
	d.ok(err)
	return in
}

// by returns the principal of a bearer token or a session.
func (d *desk) by(bearer, session string) account.Principal {
	d.Helper()
	who, err := d.Authenticate(d.Context(), bearer, session)
	d.ok(err)
	return who
}

// until waits for an optional write, which is made within a tenth of a second.
func (d *desk) until(written func() bool) {
	d.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	d.clock.Advance(100 * time.Millisecond)
	for !written() {
		select {
		case <-tick.C:
		case <-end:
			d.Fatal("it was not written")
		}
	}
}

// refused checks that a bearer token or a session is not valid.
func (d *desk) refused(bearer, session, has string) {
	d.Helper()
	who, err := d.Authenticate(d.Context(), bearer, session)
	d.fails(err, fault.Unauthorized, has)
	if who.Role != "" || who.Kind != "" {
		d.Errorf("an error with the principal %+v", who)
	}
}

func TestWhoMakesARequest(t *testing.T) {
	d := newDesk(t, nil)
	u := d.user("ann@example.com", account.Operator)
	in := d.signIn(" Ann@Example.com ")
	if who := d.by("", in.Token); who.Kind != account.BySession || who.ID != u.ID || who.Name != "ann@example.com" || who.Role != account.Operator || who.Session != in.Session.ID {
		t.Errorf("the session is %+v", who)
	}
	if who := d.by(token, in.Token); who.Kind != account.ByToken || who.Role != account.Admin {
		t.Errorf("the token file is %+v", who)
	}
	d.refused("", "", "sign in")
	d.refused("wrong", in.Token, "token is not valid") // the cookie does not save a wrong token
	d.refused(in.Token, "", "not valid")               // a session is no bearer token
	d.refused("", token, "session has ended")          // and the token file no session
	d.refused("hlk_nothing", "", "may have been deleted")
	hash := sha256.Sum256([]byte(in.Token))
	d.refused("", string(hash[:]), "session has ended") // what the store has is of no use
	d.ok(d.SignOut(t.Context(), in.Token))
	d.ok(d.SignOut(t.Context(), in.Token))
	d.refused("", in.Token, "session has ended")
}

func TestWithoutATokenFileNoTokenIsValid(t *testing.T) {
	d := newDesk(t, func(o *auth.Options) { o.Token = "" })
	d.refused("", "", "sign in")
}

func TestASignInNeverContinuesAnOlderSession(t *testing.T) {
	d := newDesk(t, nil)
	d.user("ann@example.com", account.Admin)
	d.user("eve@example.com", account.Viewer)
	planted := d.signIn("eve@example.com") // the attacker's own session, planted in the browser of the victim
	in, err := d.SignIn(t.Context(), "ann@example.com", secret, from("192.0.2.1"), planted.Token)
	d.ok(err)
	if in.Token == planted.Token || in.Session.ID == planted.Session.ID {
		t.Fatal("the session went on with another user")
	}
	d.refused("", planted.Token, "session has ended")
	if who := d.by("", in.Token); who.Name != "ann@example.com" {
		t.Errorf("signed in as %+v", who)
	}
}

func TestNobodyLearnsWhoExists(t *testing.T) {
	d := newDesk(t, nil)
	d.user("ann@example.com", account.Admin)
	off, yes := d.user("off@example.com", account.Viewer), true
	_, err := d.ChangeUser(t.Context(), off.ID, account.UserChange{Disabled: &yes})
	d.ok(err)
	_, err = d.CreateUser(t.Context(), account.NewUser{Email: "sso@example.com", Role: account.Viewer}) // without a password
	d.ok(err)
	var want string
	for i, c := range []struct{ email, password string }{
		{"ann@example.com", other}, {"nobody@example.com", secret}, {"nobody@example.com", ""}, {"off@example.com", secret}, {"off@example.com", other},
		{"sso@example.com", ""}, {"sso@example.com", "hash of "}, {"not an address", secret}, {"", ""},
	} {
		before := d.hasher.verified
		_, err := d.SignIn(t.Context(), c.email, c.password, from("192.0.2.1"), "")
		if i == 0 {
			want = err.Error()
		}
		d.fails(err, fault.Unauthorized, "wrong")
		if err.Error() != want || d.hasher.verified != before+1 {
			t.Errorf("%+v: %v after %d hashes", c, err, d.hasher.verified-before)
		}
	}
}

// guess tries a number of different wrong passwords, and returns the last error.
func (d *desk) guess(email string, n int, from account.Origin) (err error) {
	for i := range n {
		d.clock.Advance(3 * time.Second) // within the limit of attempts
		_, err = d.SignIn(d.Context(), email, fmt.Sprintf("wrong %d", i), from, "")
	}
	return err
}

func lockedOut(err error) bool {
	_, ok := errors.AsType[*account.TooManyAttempts](err)
	return ok
}

func TestGuessingLocksOutTheGuesserAndNotTheOwner(t *testing.T) {
	d := newDesk(t, nil)
	d.user("ann@example.com", account.Admin)
	d.user("bob@example.com", account.Viewer)
	if err := d.guess("ann@example.com", 10, from("203.0.113.9")); lockedOut(err) {
		t.Fatal("locked out too early")
	}
	before := d.hasher.verified
	_, err := d.SignIn(t.Context(), "ann@example.com", secret, from("203.0.113.9"), "")
	if !lockedOut(err) || d.hasher.verified != before {
		t.Errorf("after ten wrong passwords: %v, %d hashes", err, d.hasher.verified-before)
	}
	d.signIn("ann@example.com") // the owner, from elsewhere
	if _, err := d.SignIn(t.Context(), "bob@example.com", secret, from("203.0.113.9"), ""); err != nil {
		t.Errorf("another account from there: %v", err)
	}
	d.clock.Advance(time.Minute)
	if _, err := d.SignIn(t.Context(), "ann@example.com", secret, from("203.0.113.9"), ""); err != nil {
		t.Errorf("after the lock: %v", err)
	}
	// Any number of addresses together do not lock the owner out either.
	for i := range 100 {
		_ = d.guess("ann@example.com", 3, from(fmt.Sprintf("198.51.100.%d", i)))
	}
	d.signIn("ann@example.com")
}

func TestAStalePasswordThatIsRepeatedIsOneGuess(t *testing.T) {
	d := newDesk(t, nil)
	d.user("ann@example.com", account.Admin)
	for range 40 {
		d.clock.Advance(3 * time.Second)
		if _, err := d.SignIn(t.Context(), "ann@example.com", other, from("192.0.2.1"), ""); lockedOut(err) {
			t.Fatal("locked out")
		}
	}
	d.signIn("ann@example.com")
}

func TestOnePasswordOnEveryAccountIsGuessingToo(t *testing.T) {
	for _, c := range []struct {
		name string
		from func(i int) account.Origin
		want bool
	}{
		{"one address", func(int) account.Origin { return from("203.0.113.9") }, true},
		{"one IPv6 network", func(i int) account.Origin { return from(fmt.Sprintf("2001:db8::%x", i+1)) }, true},
		{"many addresses", func(i int) account.Origin { return from(fmt.Sprintf("203.0.113.%d", i)) }, false},
		{"a proxy that does not tell", func(int) account.Origin { o := from("10.0.0.1"); o.Shared = true; return o }, false},
		{"an unknown address", func(int) account.Origin { return account.Origin{} }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.user("ann@example.com", account.Admin)
			for i := range 50 {
				d.clock.Advance(3 * time.Second)
				_, _ = d.SignIn(t.Context(), fmt.Sprintf("%d@example.com", i), "spring 2026!", c.from(i), "")
			}
			_, err := d.SignIn(t.Context(), "ann@example.com", secret, c.from(77), "")
			if lockedOut(err) != c.want {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAttemptsFromOneAddressAreLimited(t *testing.T) {
	d := newDesk(t, nil)
	d.user("ann@example.com", account.Admin)
	passed := 0
	for range 100 {
		if _, err := d.SignIn(t.Context(), "ann@example.com", secret, from("192.0.2.1"), ""); err == nil {
			passed++
		}
	}
	if passed != 20 {
		t.Errorf("%d of 100 at once, want 20", passed)
	}
	if _, err := d.SignIn(t.Context(), "ann@example.com", secret, from("192.0.2.2"), ""); err != nil {
		t.Error("another address:", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	d := newDesk(t, nil)
	u := d.user("ann@example.com", account.Admin)
	d.user("bob@example.com", account.Admin)
	idle, used := d.signIn(u.Email), d.signIn(u.Email)
	for range 23 {
		d.clock.Advance(59 * time.Minute)
		at := d.clock.Now()
		d.by("", used.Token)
		d.until(func() bool {
			list, err := d.store.SessionsOf(t.Context(), u.ID, at)
			d.ok(err)
			return len(list) > 0 && list[0].SeenAt.Equal(at)
		})
	}
	d.refused("", idle.Token, "session has ended")
	d.clock.Advance(59 * time.Minute) // 24 hours after the sign-in, less 24 minutes
	d.by("", used.Token)
	d.clock.Advance(24 * time.Minute)
	d.refused("", used.Token, "session has ended")
	if list, err := d.SessionsOf(t.Context(), u.ID); err != nil || len(list) != 0 {
		t.Errorf("sessions that have ended are listed: %v, %v", list, err)
	}
}

func TestWhatIsTakenAwayIsGoneAtOnce(t *testing.T) {
	d := newDesk(t, nil)
	d.user("admin@example.com", account.Admin)
	u := d.user("ann@example.com", account.Admin)
	in := d.signIn(u.Email)
	key, err := d.CreateKey(t.Context(), d.by("", in.Token), account.APIKey{Name: "ci", Role: account.Admin})
	d.ok(err)
	viewer, yes := account.Viewer, true
	_, err = d.ChangeUser(t.Context(), u.ID, account.UserChange{Role: &viewer})
	d.ok(err)
	if s, k := d.by("", in.Token), d.by(key.Secret, ""); s.Role != viewer || k.Role != viewer {
		t.Errorf("a demoted admin has the roles %s and, by a key, %s", s.Role, k.Role)
	}
	_, err = d.ChangeUser(t.Context(), u.ID, account.UserChange{Disabled: &yes})
	d.ok(err)
	d.refused("", in.Token, "session has ended")
	d.refused(key.Secret, "", "owner cannot sign in")
	d.ok(d.DeleteUser(u.ID))
	d.refused(key.Secret, "", "may have been deleted")
}

func TestAPersonChangesTheirPassword(t *testing.T) {
	d := newDesk(t, nil)
	u := d.user("ann@example.com", account.Admin)
	mine, elsewhere := d.signIn(u.Email), d.signIn(u.Email)
	who := d.by("", mine.Token)
	change := func(old, wanted string) error {
		return d.ChangePassword(t.Context(), who, old, wanted, from("192.0.2.1"))
	}
	d.fails(change(other, "another long password"), fault.Invalid, "this is not your password")
	d.fails(change(secret, "short"), fault.Invalid, "at least 12")
	d.by("", elsewhere.Token)
	d.ok(change(secret, other))
	d.by("", mine.Token)
	d.refused("", elsewhere.Token, "session has ended")
	if _, err := d.SignIn(t.Context(), u.Email, secret, from("192.0.2.1"), ""); !fault.Is(err, fault.Unauthorized) {
		t.Error("the old password:", err)
	}
	d.fails(d.ChangePassword(t.Context(), d.by(token, ""), "", other, from("192.0.2.1")), fault.Forbidden, "signed in")
	for i := range 15 { // guessing it in a stolen session
		d.clock.Advance(3 * time.Second)
		_ = change(fmt.Sprintf("guess %d", i), secret)
	}
	// The address has signed in within the hour, so it is slowed and not shut out.
	if err := change("one more guess", secret); !lockedOut(err) {
		t.Errorf("the old password can be guessed at any speed: %v", err)
	}
}

func TestTheFirstAdminIsSetUpOnce(t *testing.T) {
	d := newDesk(t, nil)
	ann := account.NewUser{Email: "ann@example.com", Password: secret}
	first, err := d.OpenSetUp(t.Context())
	d.ok(err)
	link, err := d.OpenSetUp(t.Context()) // another start
	d.ok(err)
	for _, wrong := range []string{"", first, "guess"} {
		_, err := d.SetUp(t.Context(), wrong, ann, from("192.0.2.1"), "")
		d.fails(err, fault.Unauthorized, "set-up link is not valid")
	}
	_, err = d.SetUp(t.Context(), link, account.NewUser{Email: "ann@example.com", Password: "short"}, from("192.0.2.1"), "")
	d.fails(err, fault.Invalid, "too short") // does not use it up
	var all sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		all.Go(func() {
			n := account.NewUser{Email: fmt.Sprintf("%d@example.com", i), Password: secret}
			_, results[i] = d.SetUp(t.Context(), link, n, from("192.0.2.1"), "")
		})
	}
	all.Wait()
	made := 0
	for _, err := range results {
		if err == nil {
			made++
		} else if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Unauthorized) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d first admins", made)
	}
	_, err = d.SetUp(t.Context(), link, ann, from("192.0.2.1"), "")
	d.fails(err, fault.Unauthorized, "was used")
	if again, err := d.OpenSetUp(t.Context()); again != "" || err != nil {
		t.Errorf("with an admin there is the link %q, %v", again, err)
	}
	if late, err := d.SetUpUnattended(t.Context(), "late@example.com", secret); late.ID != 0 || err != nil {
		t.Errorf("created %+v, %v", late, err)
	}
	if _, err := d.SignIn(t.Context(), "late@example.com", secret, from("192.0.2.1"), ""); err == nil {
		t.Error("the settings made a second admin")
	}
}
