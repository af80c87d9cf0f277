package config

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
)

func TestDefaultsAreValid(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Fatal(err)
	}
}

func TestValidateNamesTheFlag(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Server)
		want   []string // exactly the invalid flags
		text   string
	}{
		{"no port", func(s *Server) { s.Listen = "localhost" }, []string{"--listen"}, "host:port"},
		{"port out of range", func(s *Server) { s.Listen = ":70000" }, []string{"--listen"}, "host:port"},
		{"hooks on the same address", func(s *Server) { s.Hooks = s.Listen }, []string{"--hooks-listen"}, "another"},
		{"public URL without scheme", func(s *Server) { s.PublicURL = "hooks.example.com" }, []string{"--public-url"}, "https://"},
		{"public URL with a query", func(s *Server) { s.PublicURL = "https://a.example/?x=1" }, []string{"--public-url"}, "base URL"},
		{"watch without a directory", func(s *Server) { s.Watch, s.Prune = true, true }, []string{"--watch", "--prune"}, "--workflows DIR"},
		{"a collector without a scheme", func(s *Server) { s.OTLPEndpoint = "collector:4317" }, []string{"--otlp-endpoint"}, "http://127.0.0.1:4318"},
		{"a collector with credentials", func(s *Server) { s.OTLPEndpoint = "https://u:p@collector" }, []string{"--otlp-endpoint"}, "OTEL_EXPORTER_OTLP_HEADERS"},
		{"a ratio in percent", func(s *Server) { s.TraceRatio = 10 }, []string{"--trace-ratio"}, "0 to 1"},
		{"no ratio", func(s *Server) { s.TraceRatio = math.NaN() }, []string{"--trace-ratio"}, "0 to 1"},
		{"two tokens", func(s *Server) { s.Token, s.TokenFile = strings.Repeat("t", 40), "f" }, []string{"--token-file"}, "not both"},
		{"short token", func(s *Server) { s.Token = "secret" }, []string{"--token"}, "at least 16"},
		{"nothing may come in", func(s *Server) { s.MaxBody = 0 }, []string{"--max-body"}, "1B to 4GiB"},
		{"no slots", func(s *Server) { s.Concurrency, s.Backlog = 0, -1 }, []string{"--backlog", "--concurrency"}, "out of range"},
		{"no time", func(s *Server) { s.SyncTimeout = 0 }, []string{"--sync-timeout"}, "more than 0"},
		{"a certificate without its key", func(s *Server) { s.TLSCert = "c.pem" }, []string{"--tls-key"}, "private key of --tls-cert"},
		{"a key without its certificate", func(s *Server) { s.TLSKey = "k.pem" }, []string{"--tls-cert"}, "certificate of --tls-key"},
		{"two sources of certificates", func(s *Server) {
			s.TLSCert, s.TLSKey, s.Domains, s.ACMEEmail = "c", "k", []string{"a.example.com"}, "o@example.com"
		}, []string{"--domain"}, "not both"},
		{"a domain nobody answers for", func(s *Server) { s.Domains = []string{"a.example.com"} }, []string{"--acme-email"}, "needs a contact address"},
		{"no domains", func(s *Server) {
			s.Domains, s.ACMEEmail = []string{"https://a.example.com", "a.example.com:443", "localhost", "-a.example.com", "a..example"}, "o@example.com"
		}, []string{"--domain", "--domain", "--domain", "--domain", "--domain"}, "not a host name"},
		{"a wildcard", func(s *Server) { s.Domains, s.ACMEEmail = []string{"*.example.com"}, "o@example.com" }, []string{"--domain"}, "DNS challenge"},
		{"no mail address", func(s *Server) { s.Domains, s.ACMEEmail = []string{"192.0.2.1", "2001:db8::1", "a.example.com"}, "ops" }, []string{"--acme-email"}, "ops@example.com"},
		{"an authority for nothing", func(s *Server) { s.ACMECA, s.ACMEEmail = "https://ca/dir", "o@example.com" }, []string{"--acme-email", "--acme-ca"}, "--domain"},
		{"an authority in the clear", func(s *Server) {
			s.Domains, s.ACMEEmail, s.ACMECA = []string{"a.example.com"}, "o@example.com", "http://ca/dir"
		}, []string{"--acme-ca"}, "https URL"},
		{"roots of no authority", func(s *Server) {
			s.Domains, s.ACMEEmail, s.ACMERoots = []string{"a.example.com"}, "o@example.com", "roots.pem"
		}, []string{"--acme-ca-root"}, "--acme-ca"},
		{"plain HTTP beside nothing", func(s *Server) { s.HTTPListen = ":80" }, []string{"--http-listen"}, "in addition to HTTPS"},
		{"plain HTTP on the address of HTTPS", func(s *Server) { s.TLSCert, s.TLSKey, s.HTTPListen = "c", "k", s.Listen }, []string{"--http-listen"}, "give it another"},
		{"plain HTTP for senders", func(s *Server) { s.TLSCert, s.TLSKey, s.PublicURL = "c", "k", "http://a.example.com" }, []string{"--public-url"}, "write https://"},
		{"no networks", func(s *Server) {
			s.TrustedProxies, s.AllowIPs = []string{"10.0.0.0/8", "proxy"}, []string{"10.0.0.1/8"}
		}, []string{"--trusted-proxies", "--allow-ips"}, "write 10.0.0.0/8"},
		{"a header of no proxy", func(s *Server) { s.ProxyHeader = "Forwarded" }, []string{"--proxy-header"}, "--trusted-proxies"},
		{"an unknown header", func(s *Server) { s.TrustedProxies, s.ProxyHeader = []string{"::1"}, "X Real" }, []string{"--proxy-header"}, "X Real"},
		{"nothing is kept", func(s *Server) { s.RetainBytes, s.Retain = MiB, -1 }, []string{"--retain", "--retain-bytes"}, "0B for no limit"},
		{"nobody may connect", func(s *Server) { s.MaxConnections = 0 }, []string{"--max-connections"}, "out of range"},
		{"nowhere to send to", func(s *Server) {
			s.AllowOutbound, s.OutboundPorts, s.OutboundPerHost = []string{"10.0.0.0/8", "lan"}, []string{"443", "0", "65536", "https"}, 0
		}, []string{"--allow-outbound", "--outbound-ports", "--outbound-ports", "--outbound-ports", "--outbound-connections-per-host"}, "not a port"},
		{"an admin without a password", func(s *Server) { s.AdminEmail = "ann@example.com" }, []string{"--admin-password"}, "--admin-password-file"},
		{"a password of nobody", func(s *Server) { s.AdminPasswordFile = "f" }, []string{"--admin-email"}, "e-mail address of the admin"},
		{"two passwords", func(s *Server) {
			s.AdminEmail, s.AdminPassword, s.AdminPasswordFile = "ann", "p", "f"
		}, []string{"--admin-password-file", "--admin-email"}, "not both"},
		{"sessions without end", func(s *Server) { s.SessionIdle, s.SessionLifetime = 0, 9999*24*time.Hour }, []string{"--session-idle", "--session-lifetime"}, "10m to 365d"},
		{"a client of no provider", func(s *Server) { s.OIDCClientID, s.OIDCRoles = "id", []string{"a=admin"} }, []string{"--oidc-client-id", "--oidc-roles"}, "--oidc-issuer"},
		{"a provider and nothing else", func(s *Server) { s.OIDCIssuer = "login.example.com" },
			[]string{"--oidc-issuer", "--oidc-client-id", "--oidc-default-role"}, "nobody would have a role"},
		{"a claim without roles", func(s *Server) {
			s.OIDCIssuer, s.OIDCClientID, s.OIDCRoleClaim, s.OIDCDefaultRole = "https://a", "id", "groups", "viewer"
		}, []string{"--oidc-roles"}, "go together"},
		{"roles that are none", func(s *Server) {
			s.OIDCIssuer, s.OIDCClientID, s.OIDCRoleClaim, s.OIDCDefaultRole = "https://a", "id", "groups", "root"
			s.OIDCScopes, s.OIDCRoles = []string{"email"}, []string{"ops", "=admin", "a=root", "cn=a,dc=b=admin"}
		}, []string{"--oidc-scopes", "--oidc-roles", "--oidc-roles", "--oidc-roles", "--oidc-default-role"}, "VALUE=ROLE"},
		{"unknown level", func(s *Server) { s.LogLevel = "loud" }, []string{"--log-level"}, `"loud" is unknown`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := Default()
			c.change(&s)
			err := s.Validate()
			if err == nil {
				t.Fatal("it passed")
			}
			var flags []string
			for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
				var f *fault.Error
				if !errors.As(e, &f) || f.Kind != fault.Invalid {
					t.Fatalf("%v is no fault.Invalid", e)
				}
				flags = append(flags, f.Field)
			}
			if !reflect.DeepEqual(flags, c.want) {
				t.Errorf("wrong flags are %q, want %q", flags, c.want)
			}
			if !strings.Contains(err.Error(), c.text) {
				t.Errorf("%q does not say %q", err, c.text)
			}
		})
	}
}

func TestTokensOfOtherPeopleStayOutOfMessages(t *testing.T) {
	s := Default()
	s.Token = "hunter2"
	if text := s.Validate().Error(); strings.Contains(text, "hunter2") {
		t.Fatalf("the token stands in %q", text)
	}
}

func TestEverySettingHasNameHelpAndGroup(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Settings(Default(), nil) {
		if s.Name == "" || s.Help == "" || s.Group == "" || seen[s.Name] {
			t.Errorf("setting %+v lacks something or is there twice", s)
		}
		seen[s.Name] = true
	}
}

func TestSettingsTellOriginsAndMaskSecrets(t *testing.T) {
	s := Default()
	s.Token = "0123456789abcdef"
	s.MaxBody = 25 * MiB
	list := Settings(s, Origins{"token": {FromEnv, "HOOKLINE_TOKEN"}, "max-body": {FromFlag, "--max-body"}})
	got := map[string]string{}
	for _, x := range list {
		got[x.Name] = x.Value + " " + x.Origin.String()
	}
	for name, want := range map[string]string{
		"token":          Mask + " env HOOKLINE_TOKEN",
		"max-body":       "25MiB flag --max-body",
		"shutdown-grace": "30s default",
		"watch":          "false default",
		"idle-timeout":   "2m default",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

func TestTheURLOfSendersFollowsFromTheDomain(t *testing.T) {
	for _, c := range []struct{ public, listen, hooks, domain, want string }{
		{"", ":443", "", "a.example.com", "https://a.example.com"},
		{"", "127.0.0.1:13000", ":443", "a.example.com", "https://a.example.com"},
		{"", "127.0.0.1:13000", ":8443", "a.example.com", "https://a.example.com:8443"},
		{"", ":443", "", "2001:db8::1", "https://[2001:db8::1]"},
		{"", ":0", "", "a.example.com", ""},
		{"", ":443", "", "", ""},
		{"https://b.example.com/x", ":443", "", "a.example.com", "https://b.example.com/x"},
	} {
		s := Server{PublicURL: c.public, Listen: c.listen, Hooks: c.hooks}
		if c.domain != "" {
			s.Domains = []string{c.domain}
		}
		if got := s.Public(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestTheAPIStaysPlainOnlyOnALoopbackAddressOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		listen, hooks string
		want          bool
	}{
		{"127.0.0.1:13000", ":443", true}, {"[::1]:13000", ":443", true}, {"localhost:13000", ":443", true},
		{"127.0.0.1:13000", "", false}, {":13000", ":443", false}, {"192.0.2.1:1", ":443", false},
	} {
		if got := (Server{Listen: c.listen, Hooks: c.hooks}).PlainAPI(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestNetworksAreReadAsAddressesAndPrefixes(t *testing.T) {
	got := Networks([]string{"10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "nonsense"})
	if text := fmt.Sprint(got); text != "[10.0.0.0/8 192.0.2.7/32 2001:db8::/32]" {
		t.Error(text)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"0B": 0, "1B": 1, "1536B": 1536, "64KiB": 65536, "10MiB": 10 << 20, "1GiB": 1 << 30} {
		got, err := ParseSize(text)
		if err != nil || got != want || FormatSize(got) != text {
			t.Errorf("%s is %d, %v, printed %s", text, got, err, FormatSize(got))
		}
	}
	for _, text := range []string{"", "10", "10MB", "10 MiB", "-1B", "1.5MiB", "MiB", "99999999999GiB", "10iB", "1BB", "+1B"} {
		if n, err := ParseSize(text); err == nil {
			t.Errorf("%q passed as %d", text, n)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"0s": 0, "250ms": 250 * time.Millisecond, "90s": 90 * time.Second, "5m": 5 * time.Minute, "36h": 36 * time.Hour, "30d": 720 * time.Hour} {
		got, err := ParseDuration(text)
		if err != nil || got != want || FormatDuration(got) != text {
			t.Errorf("%s is %d, %v, printed %s", text, got, err, FormatDuration(got))
		}
	}
	if d, err := ParseDuration("1h30m"); err != nil || d != 90*time.Minute {
		t.Errorf("1h30m is %v, %v", d, err)
	}
	for _, text := range []string{"", "10", "5 m", "-1s", "1.5h", "h", "1w", "1mss", "999999999999d"} {
		if d, err := ParseDuration(text); err == nil {
			t.Errorf("%q passed as %v", text, d)
		}
	}
}

func FuzzUnits(f *testing.F) {
	for _, text := range []string{"10MiB", "30s", "1h30m", "", "9223372036854775807B", "0d"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := ParseSize(text); err == nil {
			if again, err := ParseSize(FormatSize(n)); err != nil || again != n {
				t.Errorf("%q: %d became %d, %v", text, n, again, err)
			}
		}
		if d, err := ParseDuration(text); err == nil {
			if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
				t.Errorf("%q: %v became %v, %v", text, d, again, err)
			}
		}
	})
}
