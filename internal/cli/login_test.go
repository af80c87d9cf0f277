package cli

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestEveryVerbOfTheAPITakesAProfile walks the grammar: a verb with --profile uses what hookline login has stored.
func TestEveryVerbOfTheAPITakesAProfile(t *testing.T) {
	parser, err := newParser(&grammar{}, newSystem(nil, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	err = kong.Visit(parser.Model.Node, func(node kong.Visitable, next kong.Next) error {
		n, ok := node.(*kong.Node)
		if !ok || n.Type != kong.CommandNode || !n.Leaf() {
			return next(nil)
		}
		flags := map[string]bool{}
		for _, f := range n.Flags {
			flags[f.Name] = true
		}
		_, chooses := reflect.TypeAssert[interface{ chooses(*choice) }](n.Target.Addr())
		if chooses != (flags["profile"] && flags["data"]) && n.Name != "doctor" {
			t.Errorf("%s: --profile %v, but it chooses a profile: %v", n.Path(), flags["profile"], chooses)
		}
		if chooses {
			count++
		}
		return next(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 40 {
		t.Errorf("only %d verbs choose a profile", count)
	}
}

// signInAt runs hookline login at a server, with the password on stdin.
func signInAt(t *testing.T, url string, env ...string) (code int, stderr string) {
	var out, problems bytes.Buffer
	env = append(env, "XDG_CONFIG_HOME="+t.TempDir())
	code = Main([]string{"login", url, "--email", "ann@example.com"}, env, strings.NewReader("correct horse battery\n"), &out, &problems)
	return code, problems.String()
}

func TestAPasswordIsSentToNoStranger(t *testing.T) {
	posted := 0
	for _, c := range []struct {
		name string
		do   http.HandlerFunc
		want string
	}{
		{"a web page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>hello</html>")) }, "is not from Hookline"},
		{"JSON of somebody else", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }, "is not the API of a Hookline server"},
		{"nothing there", http.NotFound, "is not the API of a Hookline server"},
		{"another address", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example"+r.URL.Path, http.StatusTemporaryRedirect)
		}, "redirects to https://elsewhere.example/api/login"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					posted++
				}
				c.do(w, r)
			}))
			defer s.Close()
			if code, got := signInAt(t, s.URL); code != exitFailed || !strings.Contains(got, c.want) {
				t.Errorf("exit code %d: %s", code, got)
			}
		})
	}
	if posted > 0 {
		t.Errorf("a password was sent %d times", posted)
	}
}

func TestASignInSaysWhatIsWrongWithTLS(t *testing.T) {
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for _, c := range []struct{ url, want string }{
		{secure.URL, "has a certificate that this machine does not trust: "},
		{strings.Replace(secure.URL, "https://", "http://", 1), "speaks HTTPS: write https:// instead of http://"},
		{strings.Replace(plain.URL, "http://", "https://", 1), "does not speak HTTPS"},
		{strings.TrimPrefix(plain.URL, "http://"), "does not speak HTTPS"},
	} {
		if code, got := signInAt(t, c.url); code != exitFailed || !strings.Contains(got, c.want) {
			t.Errorf("%s: exit code %d: %s", c.url, code, got)
		}
	}
}

func TestAnExpiredKeySaysHowToSignInAgain(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"status":401,"detail":"the API key has expired: create another one"}`))
	}))
	defer s.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "hookline", "profiles.json")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := `{"current":"work","profiles":{"work":{"url":"` + s.URL + `","key":"hlk_x","keyId":"key_1"}}}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	env := []string{"XDG_CONFIG_HOME=" + dir}
	if code := Main([]string{"workflows", "ls"}, env, strings.NewReader(""), &out, &problems); code != exitFailed ||
		!strings.Contains(problems.String(), "the API key has expired: create another one. Sign in again: hookline login --profile work") {
		t.Errorf("exit code %d: %s", code, &problems)
	}
	if code := Main([]string{"logout"}, env, strings.NewReader(""), &out, &problems); code != exitDone { // there is nothing to revoke
		t.Errorf("exit code %d: %s", code, &problems)
	}
}
