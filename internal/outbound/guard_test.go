package outbound_test

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"hookline.dev/hookline/internal/outbound"
)

// TestNoSpellingOfAPrivateAddressIsReached requests a peer on this machine under every spelling that some
// software takes for its address. The resolver takes every name for it, as getaddrinfo does with some of them.
func TestNoSpellingOfAPrivateAddressIsReached(t *testing.T) {
	var reached atomic.Int64
	s := peer(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	at, _ := url.Parse(s.URL)
	c := newClient(t, outbound.Options{Resolver: (&names{answers: [][]string{{"127.0.0.1"}}}).resolver()})
	n := 0
	for group, hosts := range map[string][]string{
		"loopback":      {"127.0.0.1", "127.8.9.10", "127.255.255.254", "0.0.0.0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]"},
		"private":       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "[fc00::1]", "[fd12:3456::1]"},
		"link-local":    {"169.254.169.254", "[fe80::1]", "[fe80::a9fe:a9fe]", "[fec0::1]"},
		"metadata":      {"169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "192.0.0.192", "168.63.129.16"},
		"special":       {"192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "192.88.99.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]"},
		"decimal":       {"2130706433", "3232235777", "2852039166", "0"},
		"octal":         {"0177.0.0.1", "0177.0.0.01", "017700000001", "00000177.0.0.1", "0300.0250.1.1"},
		"hex":           {"0x7f.0.0.1", "0x7f000001", "0X7F.0X0.0X0.0X1", "0x7f.1", "0xA9FEA9FE", "0x"},
		"short":         {"127.1", "127.0.1", "10.1", "192.168.257", "0.1"},
		"mixed":         {"0x7f.0.1", "127.0x0.1", "0177.1", "127.0.0.0x1"},
		"long":          {"127.0.0.1.", "0.0.0.0.", "127.0.0.256", "4294967296", "1.2.3.4.5"},
		"IPv4-mapped":   {"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:ffff:10.0.0.1]", "[::ffff:0:127.0.0.1]"},
		"IPv4-embedded": {"[::127.0.0.1]", "[::7f00:1]"},
		"6to4":          {"[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:101::]"},
		"NAT64":         {"[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::127.0.0.1]"},
		"Teredo":        {"[2001::1]", "[2001:0:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]"},
		"zone":          {"[::1%25lo]", "[fe80::1%25eth0]", "[fe80::1%25]", "[::ffff:127.0.0.1%25lo]"},
		"names":         {"localhost", "localhost.", "LOCALHOST", "a.localhost", "127.0.0.1.nip.example", "internal.example", "internal.example.", "a..", "."},
		"Unicode":       {"①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.０.０.１", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loca\u00adlhost"},
		"userinfo":      {"public.example@127.0.0.1", "public.example:80@127.0.0.1", "127.0.0.1@public.example", "a:b@localhost", "@127.0.0.1", "public.example%40127.0.0.1"},
		"confusion":     {"public.example\\@127.0.0.1", "127.0.0.1#@public.example", "127.0.0.1?@public.example", "127.0.0.1%2f@public.example", "127.0.0.1%00.example", "127.0.0.1 .example", "[::1", "::1", "[127.0.0.1]", "[::1].example"},
	} {
		for _, host := range hosts {
			for _, scheme := range []string{"http", "https"} {
				for _, target := range []string{scheme + "://" + host + "/", scheme + "://" + host + ":" + at.Port() + "/"} {
					n++
					if _, _, err := get(t.Context(), c, target); err == nil {
						t.Errorf("%s: %s was requested", group, target)
					} else if k := kindOf(t, err); k != outbound.Refused && k != outbound.Invalid && k != outbound.NoName {
						t.Errorf("%s: %s: %v, want it refused", group, target, err)
					}
				}
			}
		}
	}
	if n < 300 || reached.Load() != 0 {
		t.Errorf("%d URLs, and the peer was reached %d times", n, reached.Load())
	}
	if s := c.Stats(); s.Dials != 0 || s.Refused < 100 {
		t.Errorf("counters are %+v, want no connection", s)
	}
}

func TestOnlyHTTPOverTCPLeavesTheServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "socket")
	l, err := net.Listen("unix", file)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := newClient(t, outbound.Options{Allow: loopback()})
	for _, target := range []string{
		"unix://" + file, "http+unix://" + url.PathEscape(file) + "/x", "http://" + url.PathEscape(file) + "/", "http://unix:" + file + "/x",
		"file:///etc/passwd", "gopher://127.0.0.1:6379/_INFO", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/", "ldap://127.0.0.1/",
		"jar:http://127.0.0.1!/", "data:text/plain,x", "//127.0.0.1/", "/relative", "", "http:", "http:///x", "http://:80/", "127.0.0.1:80",
		"HTTP//127.0.0.1/", "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:99999999999/", "http://127.0.0.1:-1/", "http://127.0.0.1:x/",
	} {
		if _, _, err := get(t.Context(), c, target); err == nil {
			t.Errorf("%q was requested", target)
		} else if k := kindOf(t, err); k != outbound.Invalid && k != outbound.Refused && k != outbound.NoName {
			t.Errorf("%q: %v", target, err)
		}
	}
	for _, network := range []string{"unix", "udp", "udp4", "ip", "unixgram"} {
		address := "127.0.0.1:9"
		if strings.HasPrefix(network, "unix") {
			address = file
		}
		if conn, err := c.Dial(t.Context(), network, address); err == nil {
			t.Errorf("%s to %s: connected", network, conn.RemoteAddr())
		}
	}
}

func TestAnAddressIsCheckedAtEachConnection(t *testing.T) {
	var reached atomic.Int64
	s := peer(t, func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		w.Header().Set("Connection", "close") // so that each request needs another look-up
	})
	at, _ := url.Parse(s.URL)
	allowed := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	for name, test := range map[string]struct {
		answers [][]string
		want    []bool // per request
	}{
		"the answer changes":         {[][]string{{"127.0.0.1"}, {"127.0.0.2"}, {"169.254.169.254"}}, []bool{true, false, false}},
		"the answer changes back":    {[][]string{{"127.0.0.2"}, {"127.0.0.1"}}, []bool{false, true}},
		"one of the answers is good": {[][]string{{"10.0.0.1", "127.0.0.1", "127.0.0.2"}}, []bool{true, true}},
		"none is":                    {[][]string{{"10.0.0.1", "127.0.0.2", "0.0.0.0"}}, []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, outbound.Options{Allow: allowed, Resolver: (&names{answers: test.answers}).resolver()})
			for i, want := range test.want {
				before := reached.Load()
				_, _, err := get(t.Context(), c, "http://rebind.example:"+at.Port()+"/")
				if (err == nil) != want || (reached.Load() != before) != want {
					t.Errorf("request %d: %v, want success: %v", i, err, want)
				}
				if err != nil && kindOf(t, err) != outbound.Refused {
					t.Errorf("request %d: %v, want it refused", i, err)
				}
			}
		})
	}
}

func TestAllowOpensARangeAndNothingElse(t *testing.T) {
	s := peer(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	for name, test := range map[string]struct {
		allow string
		host  string
		want  bool
	}{
		"the address":            {"127.0.0.1/32", "127.0.0.1", true},
		"its network":            {"127.0.0.0/8", "127.0.0.1", true},
		"another":                {"127.0.0.2/32", "127.0.0.1", false},
		"mapped":                 {"127.0.0.0/8", "[::ffff:127.0.0.1]", true},
		"a mapped prefix":        {"::ffff:127.0.0.0/104", "127.0.0.1", true},
		"NAT64 of a private one": {"64:ff9b::/96", "[64:ff9b::7f00:1]", false},
		"a spelling":             {"127.0.0.0/8", "127.1", false},
	} {
		c := newClient(t, outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix(test.allow)}})
		_, _, err := get(t.Context(), c, "http://"+test.host+":"+port+"/")
		if (err == nil) != test.want {
			t.Errorf("%s: %s with --allow-outbound %s: %v", name, test.host, test.allow, err)
		}
	}
}

func TestPortsNarrow(t *testing.T) {
	s := peer(t, func(http.ResponseWriter, *http.Request) {})
	at, _ := net.ResolveTCPAddr("tcp", s.Listener.Addr().String())
	c := newClient(t, outbound.Options{Allow: loopback(), Ports: []uint16{uint16(at.Port)}})
	if _, _, err := get(t.Context(), c, s.URL); err != nil {
		t.Error(err)
	}
	for _, target := range []string{"http://127.0.0.1/", "https://127.0.0.1/", "http://127.0.0.1:1/"} {
		if _, _, err := get(t.Context(), c, target); err == nil || kindOf(t, err) != outbound.Refused {
			t.Errorf("%s: %v", target, err)
		}
	}
	if _, err := c.Dial(t.Context(), "tcp", "127.0.0.1:25"); err == nil || kindOf(t, err) != outbound.Refused {
		t.Errorf("dial of port 25: %v", err)
	}
}
