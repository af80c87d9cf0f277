package document

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// keyProblem says why a text is no key of a workflow: [a-z0-9][a-z0-9-]{0,63}.
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

// nameProblem says why a text is no key of a node: [a-z_][a-z0-9_]*.
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

// randomKey makes a key that nobody can guess: 24 of 36 characters, 124 bits.
func randomKey() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	key := make([]byte, 0, generatedKey)
	for len(key) < generatedKey {
		var b [generatedKey]byte
		rand.Read(b[:]) // never fails (crypto/rand)
		for _, c := range b {
			// Above the largest multiple of 36 the first letters would come up more often.
			if c < 252 && len(key) < generatedKey {
				key = append(key, letters[int(c)%len(letters)])
			}
		}
	}
	return string(key)
}

// WithKey gives a workflow another key, and so another document and revision. It is for workflows
// whose key was generated: who loads a file again gives them the key they got at first.
func WithKey(wf flow.Workflow, key string) flow.Workflow {
	if wf.Title == wf.Key {
		wf.Title = key
	}
	wf.Key = key
	wf.Document = withKey(wf.Document, key)
	wf.Revision = Revision(wf.Document)
	return wf
}

// withKey returns the document with workflow: key as its first member.
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

// Revision names a document's content: hex of the first 16 bytes of its SHA-256.
func Revision(document value.Value) string {
	sum := sha256.Sum256([]byte(document.Text()))
	return hex.EncodeToString(sum[:16])
}
