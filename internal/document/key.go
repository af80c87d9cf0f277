package document

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// keyProblem returns why a text is not a valid workflow key, or "". A key matches [a-z0-9][a-z0-9-]{0,63}.
func keyProblem(key string) string {
	if key == "" || len(key) > MaxKey {
		return fmt.Sprintf("a key has 1 to %d characters", MaxKey)
	}
	for i := range len(key) {
		switch c := key[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-' && i > 0:
		default:
			return "a key has lower-case letters a-z, digits and dashes, and starts with no dash"
		}
	}
	return ""
}

// nameProblem returns why a text is not a valid node key, or "". A node key matches [a-z_][a-z0-9_]* and has at
// most MaxName characters.
func nameProblem(key string) string {
	if key == "" || len(key) > MaxName {
		return fmt.Sprintf("a node's key has 1 to %d characters", MaxName)
	}
	for i := range len(key) {
		switch c := key[i]; {
		case 'a' <= c && c <= 'z', c == '_', '0' <= c && c <= '9' && i > 0:
		default:
			return "a node's key has lower-case letters a-z, digits and _, and starts with no digit"
		}
	}
	return ""
}

// randomKey returns an unguessable key: 24 characters out of 36, which is 124 bits.
func randomKey() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	key := make([]byte, 0, generatedKey)
	for len(key) < generatedKey {
		var b [generatedKey]byte
		rand.Read(b[:]) // never fails (see crypto/rand)
		for _, c := range b {
			// 252 is the largest multiple of 36 in a byte. Bytes above it would favor the first letters.
			if c < 252 && len(key) < generatedKey {
				key = append(key, letters[int(c)%len(letters)])
			}
		}
	}
	return string(key)
}

// WithKey returns the workflow with another key, and therefore with another document and revision. Use it for
// workflows with a generated key: when a file is loaded again, its workflows keep the keys they got the first time.
func WithKey(wf flow.Workflow, key string) flow.Workflow {
	if wf.Title == wf.Key {
		wf.Title = key
	}
	wf.Key = key
	wf.Document = withKey(wf.Document, key)
	wf.Revision = Revision(wf.Document)
	return wf
}

// withKey returns the document with "workflow": key as its first member.
func withKey(document value.Value, key string) value.Value {
	var b value.ObjectBuilder
	b.Grow(len(document.Text()) + len(key) + len(`"workflow":"",`))
	b.Set("workflow", value.String(key))
	for name, member := range document.Members() {
		if name != "workflow" {
			b.Set(name, member)
		}
	}
	return b.Value()
}

// Revision identifies a document's content: the first 16 bytes of its SHA-256, in hex.
func Revision(document value.Value) string {
	sum := sha256.Sum256([]byte(document.Text()))
	return hex.EncodeToString(sum[:16])
}
