package ingress

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
)

// fingerprint identifies the request of a call whose sender chose the key: its method, canonical path, query, body
// and the credentials that passed. Only a call with the same fingerprint may get the answer that is stored under the
// key, because a key alone proves nothing: two callers may choose the same one.
//
// It is an HMAC with the server's key, so that the database does not reveal credentials to someone who tries likely
// ones.
func (c *call) fingerprint() *[sha256.Size]byte {
	mac := hmac.New(sha256.New, c.h.opt.Key)
	w := fieldWriter{mac}
	req := &c.delivery.Request
	w.text("idempotency fingerprint")
	w.text(req.Method)
	w.text(req.Path)
	w.text(req.Query) // without the token, which is among the credentials
	w.bytes(c.bodyHash())
	c.proofs.all.writeTo(w)
	c.proofs.alternative.writeTo(w)
	var sum [sha256.Size]byte
	mac.Sum(sum[:0])
	return &sum
}

// bodyHash returns the SHA-256 of the body; of a decrypted body, that of its content.
func (c *call) bodyHash() []byte {
	req := &c.delivery.Request
	var sum [sha256.Size]byte
	if req.Stored != "" && req.Opened == nil {
		_, _ = hex.Decode(sum[:], []byte(req.Stored)) // the server wrote it, so it is valid hex
	} else {
		sum = sha256.Sum256(req.Content())
	}
	return sum[:]
}

// proofs are the gates that a call has passed.
type proofs struct {
	all         proof
	alternative proof // of auth.any
}

// proof is a set of gates that a call has passed, and the secret that its signature matched.
type proof struct {
	gates  *gates
	secret int // index in the secrets of the signature; -1: none has matched
}

// writeTo writes the credentials: the user name of Basic, so that a new password does not change the caller; the
// token; the preset and the secret that signed. An address is not a credential.
func (p proof) writeTo(w fieldWriter) {
	g := p.gates
	if g == nil {
		return
	}
	if g.basic != nil {
		w.text(gateBasic)
		w.text(g.basic.user)
	}
	if g.token != nil {
		w.text(gateToken)
		w.bytes(g.token.want[:])
	}
	if s := g.signature; s != nil && p.secret >= 0 {
		w.text(gateSignature)
		w.text(s.preset)
		if p.secret < len(s.config.Secrets) {
			w.text(s.config.Secrets[p.secret])
		}
	}
}

// fieldWriter hashes fields, each after its length, so that no two lists of fields have the same hash by being divided
// in another way.
type fieldWriter struct{ to hash.Hash }

func (w fieldWriter) text(s string) {
	w.length(len(s))
	_, _ = io.WriteString(w.to, s)
}

func (w fieldWriter) bytes(b []byte) {
	w.length(len(b))
	_, _ = w.to.Write(b)
}

func (w fieldWriter) length(n int) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	_, _ = w.to.Write(b[:])
}
