package wire

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// githubHead is what GitHub sends before a push.
const githubHead = "POST /api/webhooks/github-push HTTP/1.1\r\nHost: hooks.example.com\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n" +
	"Content-Length: 7324\r\nAccept: */*\r\nContent-Type: application/json\r\nX-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958\r\n" +
	"X-GitHub-Event: push\r\nX-GitHub-Hook-ID: 292430182\r\nX-GitHub-Hook-Installation-Target-ID: 79929171\r\n" +
	"X-GitHub-Hook-Installation-Target-Type: repository\r\nX-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n\r\n"

func BenchmarkFollow(b *testing.B) {
	sent := []byte(githubHead + strings.Repeat("x", 7324))
	f := follower{limit: 64 << 10}
	b.ReportAllocs()
	for b.Loop() {
		for at := 0; at < len(sent); {
			at += f.feed(sent[at:min(at+4096, len(sent))])
		}
	}
}

func BenchmarkAgreed(b *testing.B) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(githubHead)))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Del("Host")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := agreed(githubHead, r); !ok {
			b.Fatal("not agreed")
		}
	}
}
