package verify

import (
	"hash"

	"hookline.dev/hookline/internal/value"
)

// reading is the state of checking one call. Verifiers keep used ones, so that a call costs no
// allocation.
type reading struct {
	call   Call
	body   value.Value
	parsed bool

	stamp  string // as it stands in the call
	stamps int    // how often it stands there
	id     string

	candidates [maxCandidates]string
	found      int
	decoded    []byte  // the decoded candidates, one after the other
	ends       []int   // where each ends in decoded
	text       []byte  // scratch for signed texts and encodings
	sum        []byte  // scratch for a digest
	hashes     []keyed // by secret
}

// keyed is a hash that belongs to one secret, made when it is first needed.
type keyed struct{ hash hash.Hash }

func newReading(secrets int) *reading {
	return &reading{hashes: make([]keyed, secrets), sum: make([]byte, 0, 64)}
}

// clear forgets the call, so that nothing of it stays alive. Scratch that has grown large goes too.
func (r *reading) clear() {
	r.call, r.body, r.parsed = Call{}, value.Value{}, false
	r.stamp, r.stamps, r.id = "", 0, ""
	clear(r.candidates[:r.found])
	r.found = 0
	r.decoded, r.ends = r.decoded[:0], r.ends[:0]
	if cap(r.text) > maxScratch {
		r.text = nil
	}
}

// document is the body as JSON, Missing when it is none.
func (r *reading) document() value.Value {
	if !r.parsed {
		r.parsed = true
		r.body, _ = value.ParseBytes(r.call.Body, value.Limits{}) // what is no JSON has no fields
	}
	return r.body
}

// candidate returns a decoded candidate.
func (r *reading) candidate(i int) []byte {
	from := 0
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.decoded[from:r.ends[i]]
}
