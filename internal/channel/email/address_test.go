package email_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/channel"
)

func TestAddresses(t *testing.T) {
	p := &peer{}
	c := channelTo(t, listen(t, p, "none"), p, `,"tls":"none"`)
	for to, envelope := range map[string]string{
		"ann@example.org":                      "ann@example.org",
		"Ann Example <ann@example.org>":        "ann@example.org",
		`"Example, Ann" <ann@example.org>`:     "ann@example.org",
		"a.n+n/x=1@mail.example.org":           "a.n+n/x=1@mail.example.org",
		`"ann"@example.org`:                    "ann@example.org",
		"ann@bücher.example":                   "ann@xn--bcher-kva.example",
		"änn@example.org":                      "änn@example.org",
		"=?utf-8?q?=C3=84nn?= <a@example.org>": "a@example.org",
	} {
		if _, err := send(t.Context(), c, func(m *channel.Message) { m.To = to }); err != nil {
			t.Errorf("%s: %v", to, err)
			continue
		}
		letters := p.got()
		if l := letters[len(letters)-1]; l.to != envelope || l.utf8 != strings.HasPrefix(to, "ä") {
			t.Errorf("%s became %q, SMTPUTF8 %t", to, l.to, l.utf8)
		}
	}
}

// TestAddressesThatInject has recipients that contain more than one recipient, a parameter or a line. The quoted ones are
// those of CVE-2025-59937 (https://github.com/wneessen/go-mail/security/advisories/GHSA-wpwj-69cm-q9c5).
func TestAddressesThatInject(t *testing.T) {
	p := &peer{}
	c := channelTo(t, listen(t, p, "none"), p, `,"tls":"none"`)
	for _, to := range []string{
		"", "ann", "@example.org", "ann@", "a@b@c.example", "ann@example.org, bob@example.org", "ann@example.org bob@example.org",
		`"ann@example.org> ORCPT=admin@admin.example"@example.org`, `"ann@evil.example x"@example.org`, `"a\"b"@example.org`,
		"ann@example.org\r\nRCPT TO:<bob@example.org>", "ann@example.org\nBcc: bob@example.org", "ann@example.org\x00", "Ann\r\nBcc: b@c.example <ann@example.org>",
		"<ann@example.org> SIZE=1", "ann@[127.0.0.1]", "ann@exa mple.org", "ann@example.org>", "..@example.org", "a..b@example.org", ".a@example.org",
		"ann@example.org (a comment", "group: ann@example.org;", strings.Repeat("a", 65) + "@example.org", "ann@" + strings.Repeat("a.", 130) + "org",
		"an\u202en@example.org", "ann@exam\u200bple.org\u2028", "ann@-.example",
	} {
		if c.CheckTo(to) == "" {
			t.Errorf("%q is accepted", to)
		}
		if _, err := send(t.Context(), c, func(m *channel.Message) { m.To = to }); err == nil {
			t.Errorf("a message was sent to %q", to)
		}
	}
	if len(p.got()) != 0 {
		t.Errorf("%d messages were delivered", len(p.got()))
	}
}

// TestEveryAcceptedAddressIsOnePath checks what reaches MAIL and RCPT: between angle brackets it can be nothing else than
// one mailbox.
func TestEveryAcceptedAddressIsOnePath(t *testing.T) {
	p := &peer{}
	c := channelTo(t, listen(t, p, "none"), p, `,"tls":"none"`)
	mailbox := regexp.MustCompile(`^[^\s<>()\[\]\\,;:@"]+@[a-z0-9.-]+$`)
	rapid.Check(t, func(rt *rapid.T) {
		to := rapid.OneOf(rapid.String(), rapid.StringMatching(`["<>a-c .\\@\r\n(),;:ä=]{1,12}@?["<>a-c.\[\]]{0,8}`)).Draw(rt, "to")
		subject := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c\r\n:\x00-\x1f ]{0,80}`)).Draw(rt, "subject")
		before := len(p.got())
		if c.CheckTo(to) != "" {
			to = "ann@example.org"
		}
		if _, err := send(t.Context(), c, func(m *channel.Message) { m.To, m.Subject = to, subject }); err != nil {
			rt.Fatalf("%q, %q: %v", to, subject, err)
		}
		letters := p.got()
		if len(letters) != before+1 || !mailbox.MatchString(letters[before].to) {
			rt.Fatalf("%q reached %d servers, the last as %q", to, len(letters)-before, letters[len(letters)-1].to)
		}
		m, parts := parsed(t, letters[before].data)
		want := map[string]bool{
			"From": true, "To": true, "Subject": true, "Date": true, "Message-Id": true, "Mime-Version": true, "Content-Type": true, "Auto-Submitted": true,
		}
		for name, values := range m.Header {
			if !want[name] || len(values) != 1 {
				rt.Fatalf("the subject %q made the header %s: %q", subject, name, values)
			}
		}
		if len(parts) != 2 {
			rt.Fatalf("the subject %q made %d parts", subject, len(parts))
		}
	})
}
