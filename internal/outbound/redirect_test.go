package outbound_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/outbound"
)

// credentials are headers that must not reach another origin.
func credentials() http.Header {
	return http.Header{
		"Authorization": {"Bearer s3cret"}, "Cookie": {"s=s3cret"}, "X-Api-Key": {"s3cret"}, "Webhook-Signature": {"v1,s3cret"},
		"X-Hub-Signature-256": {"s3cret"}, "Host": {"s3cret.example"}, "Referer": {"https://s3cret.example/"},
		"Content-Type": {"application/json"}, "Accept": {"text/plain"}, "Idempotency-Key": {"exe_1/call#0"},
	}
}

// recorder is a peer that keeps what it got.
type recorder struct {
	got []string
}

func (r *recorder) handler(w http.ResponseWriter, q *http.Request) {
	data, _ := io.ReadAll(q.Body)
	var names []string
	for name := range q.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	r.got = append(r.got, fmt.Sprintf("%s %s %q %s", q.Method, q.URL.Path, data, strings.Join(names, " ")))
	if q.Host == "s3cret.example" {
		r.got = append(r.got, "host")
	}
	if to := q.URL.Query().Get("to"); to != "" {
		var status int
		_, _ = fmt.Sscan(q.URL.Query().Get("status"), &status)
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

func TestMethodsAndBodiesOfRedirects(t *testing.T) {
	c := newClient(t, outbound.Options{Allow: loopback()})
	for _, test := range []struct {
		method string
		status int
		want   string
	}{
		{"POST", 301, `GET /next "" `}, {"POST", 302, `GET /next "" `}, {"POST", 303, `GET /next "" `},
		{"POST", 307, `POST /next "body" `}, {"POST", 308, `POST /next "body" `},
		{"PUT", 301, `PUT /next "body" `}, {"PUT", 303, `GET /next "" `}, {"GET", 302, `GET /next "" `}, {"HEAD", 303, `HEAD /next "" `},
		{"DELETE", 307, `DELETE /next "" `},
	} {
		var r recorder
		s := peer(t, r.handler)
		q := outbound.Request{Method: test.method, URL: s.URL + "/?status=" + fmt.Sprint(test.status) + "&to=/next", Header: credentials(), Redirects: 1, MaxResponse: 100}
		q.Header.Del("Host")
		if strings.HasPrefix(test.method, "P") {
			q.Body = outbound.Bytes([]byte("body"))
		}
		if _, _, err := send(t.Context(), c, q); err != nil {
			t.Fatal(err)
		}
		if len(r.got) != 2 || !strings.HasPrefix(r.got[1], test.want) || !strings.Contains(r.got[1], "Authorization") {
			t.Errorf("%s %d: got %q, want %s with the credentials", test.method, test.status, r.got, test.want)
		}
		if strings.Contains(r.got[1], "Content-Type") == strings.Contains(test.want, `""`) && test.method == "POST" {
			t.Errorf("%s %d: the content type and the body do not belong together: %s", test.method, test.status, r.got[1])
		}
	}
}

func TestCredentialsStayAtTheirOrigin(t *testing.T) {
	var first, second recorder
	other := peer(t, second.handler)
	s := peer(t, first.handler)
	c := newClient(t, outbound.Options{Allow: loopback()})
	back := s.URL + "/back"
	over := other.URL + "/over?status=307&to=" + url.QueryEscape(back)
	q := outbound.Request{
		Method: "POST", URL: s.URL + "/?status=307&to=" + url.QueryEscape(over), Header: credentials(),
		Body: outbound.Bytes([]byte("x")), Redirects: 5, MaxResponse: 100,
	}
	if _, _, err := send(t.Context(), c, q); err != nil {
		t.Fatal(err)
	}
	all := append(slices.Clone(second.got), first.got[2:]...) // first.got[0:2]: the first request, with its host
	want := []string{
		`POST /over "x" Accept Accept-Encoding Content-Length Content-Type Idempotency-Key User-Agent`,
		`POST /back "x" Accept Accept-Encoding Content-Length Content-Type Idempotency-Key User-Agent`,
	}
	if !slices.Equal(all, want) {
		t.Errorf("after the first redirect: %q, want %q", all, want)
	}
	if q.Header.Get("Authorization") == "" {
		t.Error("the caller's header was changed")
	}

	q.PrivateBody = true
	if _, _, err := send(t.Context(), c, q); err == nil || kindOf(t, err) != outbound.Redirect {
		t.Errorf("a body with a secret: %v, want an error", err)
	}
	if len(second.got) != 1 {
		t.Error("the other origin got a body with a secret")
	}
}

func TestEachHopIsChecked(t *testing.T) {
	var r recorder
	s := peer(t, r.handler)
	at, _ := url.Parse(s.URL)
	c := newClient(t, outbound.Options{Allow: loopback()})
	for target, want := range map[string]outbound.Kind{
		"http://169.254.169.254/latest/meta-data/": outbound.Refused,
		"//10.0.0.1/":                          outbound.Refused,
		"http://[::1]/":                        outbound.Refused,
		"http://2130706433:" + at.Port() + "/": outbound.Refused,
		"http://127.1:" + at.Port() + "/":      outbound.Refused,
		"file:///etc/passwd":                   outbound.Redirect,
		"unix:///var/run/docker.sock":          outbound.Redirect,
		"http://a:b@" + at.Host + "/":          outbound.Redirect,
		"http://%zz/":                          outbound.Redirect,
		"http://" + at.Hostname() + ":0/":      outbound.Redirect,
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			r.got = nil
			_, _, err := get(t.Context(), c, s.URL+"/?status="+fmt.Sprint(status)+"&to="+url.QueryEscape(target))
			if err == nil || kindOf(t, err) != want || len(r.got) != 1 {
				t.Errorf("%d to %s: %v after %d requests", status, target, err, len(r.got))
			}
		}
	}
}

func TestRedirectsEnd(t *testing.T) {
	n := 0
	s := peer(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Location", "/again")
		w.WriteHeader(http.StatusFound)
		_, _ = io.WriteString(w, "moved")
	})
	c := newClient(t, outbound.Options{Allow: loopback()})
	for _, test := range []struct{ redirects, requests int }{{1, 2}, {5, 6}, {1000, outbound.MaxRedirects + 1}} {
		n = 0
		_, _, err := send(t.Context(), c, outbound.Request{Method: "GET", URL: s.URL, Redirects: test.redirects, MaxResponse: 10})
		if err == nil || kindOf(t, err) != outbound.Redirect || n != test.requests {
			t.Errorf("%d redirects: %v after %d requests", test.redirects, err, n)
		}
	}
	resp, body, err := send(t.Context(), c, outbound.Request{Method: "GET", URL: s.URL, MaxResponse: 10})
	if err != nil || resp.Status != http.StatusFound || body != "moved" {
		t.Errorf("without redirects: %v %q %v", resp, body, err)
	}
}
