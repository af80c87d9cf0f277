package curl

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"hookline.dev/hookline/internal/hook"
)

func TestACommandAsAPersonReadsIt(t *testing.T) {
	c := Command{Method: "POST", URL: "http://a.example/x?y={z}", Headers: []hook.Header{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-Empty"}}, Body: []byte("it's")}
	want := `curl -sS -i --globoff -X POST 'http://a.example/x?y={z}' \
  -H 'Content-Type: text/plain' \
  -H 'X-Empty;' \
  --data-raw 'it'\''s'`
	if got := c.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	file := Command{Method: "HEAD", URL: "http://a.example", File: "a b"}
	if got, want := file.String(), "curl -sS -i --head http://a.example \\\n  -H 'Content-Type:' \\\n  --data-binary '@a b'"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestCurlSendsTheCall runs the commands in a shell: what arrives is what was asked for.
func TestCurlSendsTheCall(t *testing.T) {
	for _, name := range []string{"curl", "sh", "base64"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	var got *http.Request
	var body []byte
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}))
	defer s.Close()
	for _, want := range [][]byte{nil, []byte("@a $HOME `id` \"q\" 'p'\nline"), {0, 1, 0xff, '\n'}, []byte("ключ")} {
		c := Command{Method: "PUT", URL: s.URL + "/a[1]?b=%20", Headers: []hook.Header{{Name: "X-Quoted", Value: `it's "so" $HOME`}}, Body: want}
		if out, err := exec.Command("sh", "-c", c.String()).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, c)
		}
		if got.Method != "PUT" || got.URL.RawQuery != "b=%20" || got.Header.Get("X-Quoted") != `it's "so" $HOME` || got.Header.Get("Content-Type") != "" || !bytes.Equal(body, want) {
			t.Errorf("%s\nsent %s %s %v %q", c, got.Method, got.URL, got.Header, body)
		}
	}
}
