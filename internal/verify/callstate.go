package verify

import (
	"hash"

	"hookline.dev/hookline/internal/value"
)

// callState holds the values found in the call that is being checked. Verifiers pool them, so that checking a
// call allocates nothing.
type callState struct {
	call   Call
	body   value.Value
	parsed bool

	timestamp  string // as written in the call
	timestamps int    // how often it occurs
	id         string

	candidates [maxCandidates]string
	found      int
	decoded    []byte       // the decoded candidates, concatenated
	ends       []int        // the end of each candidate in decoded
	text       []byte       // scratch for signed texts and encodings
	sum        []byte       // scratch for a digest
	hashes     []secretHash // one for each secret
}

// secretHash is the hash for one secret, created on first use.
type secretHash struct{ hash hash.Hash }

func newCallState(secrets int) *callState {
	return &callState{hashes: make([]secretHash, secrets), sum: make([]byte, 0, 64)}
}

// clear drops all references to the call. It also drops scratch buffers that have grown large.
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

// document returns the body as JSON, or Missing if it is not JSON. It parses the body once.
func (r *callState) document() value.Value {
	if !r.parsed {
		r.parsed = true
		r.body, _ = value.ParseBytes(r.call.Body, value.Limits{})
	}
	return r.body
}

// candidate returns the i-th decoded candidate.
func (r *callState) candidate(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.decoded[from:r.ends[i]]
}
