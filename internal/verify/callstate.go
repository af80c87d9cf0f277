package verify

import (
	"hash"

	"hookline.dev/hookline/internal/value"
)

// callState is what a verifier has found in the call that it checks. Verifiers reuse them, so that a
// call costs no allocation.
type callState struct {
	call   Call
	body   value.Value
	parsed bool

	timestamp  string // as it is written in the call
	timestamps int    // how often it is there
	id         string

	candidates [maxCandidates]string
	found      int
	decoded    []byte       // the decoded candidates, one after the other
	ends       []int        // where each ends in decoded
	text       []byte       // scratch for signed texts and encodings
	sum        []byte       // scratch for a digest
	hashes     []secretHash // by secret
}

// secretHash is a hash that belongs to one secret, made when it is first needed.
type secretHash struct{ hash hash.Hash }

func newCallState(secrets int) *callState {
	return &callState{hashes: make([]secretHash, secrets), sum: make([]byte, 0, 64)}
}

// clear forgets the call, so that nothing of it stays alive. Scratch that has grown large goes too.
func (r *callState) clear() {
	r.call, r.body, r.parsed = Call{}, value.Value{}, false
	r.timestamp, r.timestamps, r.id = "", 0, ""
	clear(r.candidates[:r.found])
	r.found = 0
	r.decoded, r.ends = r.decoded[:0], r.ends[:0]
	if cap(r.text) > maxScratch {
		r.text = nil
	}
}

// document is the body as JSON, Missing when it is not JSON.
func (r *callState) document() value.Value {
	if !r.parsed {
		r.parsed = true
		r.body, _ = value.ParseBytes(r.call.Body, value.Limits{})
	}
	return r.body
}

// candidate returns a decoded candidate.
func (r *callState) candidate(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.decoded[from:r.ends[i]]
}
