package account

import (
	"strings"
	"testing"
	"time"
)

func TestAddressesAreComparedInOneForm(t *testing.T) {
	for in, want := range map[string]string{
		"ann@example.com": "ann@example.com", "  Ann@Example.COM\n": "ann@example.com", "a+b.c@x": "a+b.c@x", "zoë@exämple.de": "zoë@exämple.de",
		"": "", "ann": "", "@example.com": "", "ann@": "", "a b@example.com": "", "a@b@c": "", "<ann@example.com>": "", "a@b,c@d": "",
		"a\x00@example.com": "", "\xff@example.com": "", strings.Repeat("a", 250) + "@x.de": "",
	} {
		got, ok := Email(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q became %q, %v", in, got, ok)
		}
	}
}

func FuzzEmail(f *testing.F) {
	f.Add("Ann@Example.com")
	f.Fuzz(func(t *testing.T, text string) {
		if once, ok := Email(text); ok {
			if twice, ok := Email(once); !ok || twice != once {
				t.Errorf("%q became %q and then %q", text, once, twice)
			}
		}
	})
}

func TestASessionEndsWhenItIsIdleAndAtItsEnd(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	s := Session{SeenAt: now, Expires: now.Add(3 * time.Hour)}
	for after, want := range map[time.Duration]bool{0: true, time.Hour - 1: true, time.Hour: false} {
		if got := s.Live(now.Add(after), time.Hour); got != want {
			t.Errorf("after %v: %v", after, got)
		}
	}
	s.SeenAt = s.Expires.Add(-time.Second)
	if !s.Live(s.Expires.Add(-1), time.Hour) || s.Live(s.Expires, time.Hour) {
		t.Error("the absolute end does not depend on use")
	}
}

func TestAKeyNeverHasMoreThanItsOwner(t *testing.T) {
	for _, c := range []struct{ key, owner, want Role }{
		{Editor, Admin, Editor}, {Admin, Editor, Editor}, {Admin, Viewer, Viewer}, {Admin, "root", "root"},
	} {
		p := APIKey{ID: 7, Name: "ci", Role: c.key, Workflows: []string{"orders"}}.Principal(&User{Role: c.owner})
		if p.Role != c.want || p.Kind != ByKey || p.ID != 7 || !p.Bound() {
			t.Errorf("a key with the role %s of a %s: %+v", c.key, c.owner, p)
		}
		if p.Role == "root" && p.May(UseOwnAccount) {
			t.Error("an unknown role may do something")
		}
	}
	if p := (APIKey{Role: Admin}).Principal(nil); p.Role != Admin {
		t.Errorf("a key of the token file: %+v", p)
	}
}
