package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"

	"hookline.dev/hookline/bench/load"
)

// kind says how the calls of a scenario are proven.
type callKind int

const (
	signed     callKind = iota // as GitHub signs
	basic                      // user name and password
	numbered                   // signed, and each with a delivery id of its own: the dedupe key
	halfForged                 // every other one signed with another secret
)

// secret is what the workflows know.
const secret = "bench-secret"

// source makes the calls of a scenario.
func (e *env) source(addr string, s scenario) func(int) func(int64) []byte {
	switch s.call {
	case basic:
		return load.Same(e.request(addr, s.workflow, [2]string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("bench:bench-password"))}))
	case numbered:
		// A run's ids are its own: the warm-up's calls are others.
		return load.Numbered(e.request(addr, s.workflow, signature(secret, e.body), [2]string{"X-Github-Delivery", load.Mark}), now().UnixMilli()%1e5*1e7)
	case halfForged:
		good := e.request(addr, s.workflow, signature(secret, e.body))
		bad := e.request(addr, s.workflow, signature("another", e.body))
		return func(int) func(int64) []byte {
			return func(n int64) []byte {
				if n%2 == 0 {
					return good
				}
				return bad
			}
		}
	default:
		return load.Same(e.request(addr, s.workflow, signature(secret, e.body)))
	}
}

// request is a call as GitHub makes it.
func (e *env) request(addr, workflow string, more ...[2]string) []byte {
	headers := slices.Concat(more, [][2]string{
		{"Content-Type", "application/json"},
		{"X-Github-Event", "push"},
		{"User-Agent", "GitHub-Hookshot/4b56b7e"},
		{"Accept", "*/*"},
	})
	return load.Request(http.MethodPost, "/api/webhooks/"+workflow, addr, headers, e.body)
}

// signature is the header that GitHub signs with.
func signature(secret string, body []byte) [2]string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return [2]string{"X-Hub-Signature-256", "sha256=" + hex.EncodeToString(mac.Sum(nil))}
}
