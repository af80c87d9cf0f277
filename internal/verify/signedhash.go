package verify

import (
	"context"
	"crypto/sha256"
)

// SignedHash hashes the signed text. A token signs nothing.
func (v *verifier) SignedHash(_ context.Context, call Call) (sum [sha256.Size]byte, ok bool) {
	if v.refuse != nil || v.kind == kindToken {
		return sum, false
	}
	r := v.begin(&call)
	defer v.end(r)
	f := v.headersOf(&call)
	if bad := v.collect(r, f); !bad.OK() { // a timestamp may be in the header of the signature
		return sum, false
	}
	if _, bad := v.read(r, f); !bad.OK() {
		return sum, false
	}
	h := sha256.New()
	v.signed.feed(h, r, "")
	h.Sum(sum[:0])
	return sum, true
}

// SignedHash returns the hash of the verifier that accepts the call.
func (a anyOf) SignedHash(ctx context.Context, call Call) (sum [sha256.Size]byte, ok bool) {
	for _, v := range a {
		if s, can := v.(TextSigner); can && v.Verify(ctx, call).OK() {
			return s.SignedHash(ctx, call)
		}
	}
	return sum, false
}
