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

// callKind says how the calls of a scenario authenticate.
type callKind int

const (
	signed     callKind = iota // signed like GitHub's
	basic                      // user name and password
	numbered                   // signed, each with its own delivery id, which is the dedupe key
	halfForged                 // every other call is signed with a wrong secret
)

// secret is the workflows' secret.
const secret = "bench-secret"

// source returns the load's source of requests for a scenario.
func (e *env) source(addr string, s scenario) func(int) func(int64) []byte {
	switch s.call {
	case basic:
		return load.Same(e.request(addr, s.workflow, [2]string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("bench:bench-password"))}))
	case numbered:
		// Each run uses its own ids, so that they differ from those of the warm-up.
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

// request builds a call like GitHub's.
func (e *env) request(addr, workflow string, more ...[2]string) []byte {
	headers := slices.Concat(more, [][2]string{
		{"Content-Type", "application/json"},
		{"X-Github-Event", "push"},
		{"User-Agent", "GitHub-Hookshot/4b56b7e"},
		{"Accept", "*/*"},
	})
	return load.Request(http.MethodPost, "/api/webhooks/"+workflow, addr, headers, e.body)
}

// signature returns the signature header that GitHub sends.
func signature(secret string, body []byte) [2]string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return [2]string{"X-Hub-Signature-256", "sha256=" + hex.EncodeToString(mac.Sum(nil))}
}
