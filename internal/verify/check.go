package verify

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"strconv"
	"strings"
	"time"
)

// Verify reads the values in the call, then compares signatures, then checks the time. A verdict that the
// timestamp is too old therefore implies that the signature is right. Verify fetches nothing.
func (v *verifier) Verify(_ context.Context, call Call) Verdict {
	if v.refuse != nil {
		return *v.refuse
	}
	r := v.begin(&call)
	defer v.end(r)
	f := v.headersOf(&call)
	if bad := v.matched(r); !bad.OK() {
		return bad
	}
	if bad := v.collect(r, f); !bad.OK() {
		return bad
	}
	at, bad := v.read(r, f)
	if !bad.OK() {
		return bad
	}
	found := v.compare(r, f)
	if !found.OK() || v.timestamp == nil {
		return found
	}
	if at.IsZero() { // OptionalWindow: the timestamp could not be parsed
		return f.badTimestamp
	}
	if late := v.timestamp.check(v.timestamp.age(r.call.At, at)); !late.OK() {
		late.Secret = found.Secret
		return late
	}
	return found
}

// matched checks the headers that must have a fixed value.
func (v *verifier) matched(r *callState) Verdict {
	for _, m := range v.matches {
		values := r.call.Header[m.header]
		if len(values) == 0 {
			return Verdict{Reason: Missing, Detail: "the call has no header " + m.header}
		}
		if len(values) > 1 || values[0] != m.want {
			return Verdict{Reason: OtherKey, Detail: "header " + m.header + " is not the value that is configured"}
		}
	}
	return Verdict{}
}

// collect collects and decodes the signatures in the call.
func (v *verifier) collect(r *callState, f *headerSet) Verdict {
	present := false
	for _, s := range f.sigs {
		text, times := s.read(r)
		if times > 1 {
			return Verdict{Reason: Malformed, Detail: "the call has more than one " + s.String()}
		}
		if text == "" {
			continue
		}
		present = true
		if len(text) > maxHeader {
			return Verdict{Reason: Malformed, Detail: s.String() + " is longer than 8 KiB"}
		}
		if !v.pick(r, text) {
			return Verdict{Reason: Malformed, Detail: s.String() + " carries too many signatures, or a timestamp twice"}
		}
	}
	if !present {
		return f.missing
	}
	for _, c := range r.candidates[:r.found] {
		var ok bool
		r.decoded, r.text, ok = v.encoding.appendDecoded(r.decoded, c, r.text)
		if ok {
			r.ends = append(r.ends, len(r.decoded))
		}
	}
	if len(r.ends) == 0 {
		return f.malformed
	}
	if len(v.public) > 0 && len(r.ends) > maxPublic {
		return Verdict{Reason: Malformed, Detail: "the call carries too many signatures"}
	}
	return Verdict{}
}

// pick finds the signatures in one text. It returns false if there are too many.
func (v *verifier) pick(r *callState, text string) bool {
	switch {
	case v.pairs != nil:
		return v.pickPairs(r, text)
	case v.listSep != "":
		for text != "" {
			var one string
			one, text, _ = strings.Cut(text, v.listSep)
			if !v.pickOne(r, trimBlanks(one)) {
				return false
			}
		}
		return true
	default:
		return v.pickOne(r, text)
	}
}

func (v *verifier) pickOne(r *callState, text string) bool {
	bare, ok := strings.CutPrefix(text, v.prefix)
	if !ok || text == "" {
		return true // a signature of another version, which is ignored
	}
	return r.add(bare)
}

// pickPairs reads t=1,v1=ab,v1=cd. Entries with other names belong to other versions of the scheme.
func (v *verifier) pickPairs(r *callState, text string) bool {
	for text != "" {
		var pair string
		pair, text, _ = strings.Cut(text, v.pairs.Sep)
		name, one, ok := strings.Cut(pair, v.pairs.KV)
		if !ok {
			continue
		}
		name, one = trimBlanks(name), trimBlanks(one)
		switch name {
		case v.pairs.TS:
			if r.timestamps++; r.timestamps > 1 {
				return false
			}
			r.timestamp = one
		case v.pairs.Sig:
			if !v.pickOne(r, one) {
				return false
			}
		}
	}
	return true
}

// add stores a candidate. It returns false if there are too many.
func (r *callState) add(text string) bool {
	if r.found == len(r.candidates) {
		return false
	}
	r.candidates[r.found] = text
	r.found++
	return true
}

// trimBlanks removes spaces and tabs from both ends (OWS of RFC 9110).
func trimBlanks(s string) string { return strings.Trim(s, " \t") }

// read reads the signed values other than the body. The time is zero if there is no timestamp, or if it cannot
// be parsed and the scheme defers that to after the signature check.
func (v *verifier) read(r *callState, f *headerSet) (time.Time, Verdict) {
	var at time.Time
	if v.timestamp != nil {
		text, times := f.timestamp.read(r)
		if times == 0 || text == "" {
			return at, f.noTimestamp
		}
		var ok bool
		if at, ok = v.timestamp.parse(text); times > 1 || len(text) > maxHeader || !ok && !v.timestamp.readLate {
			return at, f.badTimestamp
		}
		r.timestamp = text
	}
	if v.needsID {
		text, times := f.id.read(r)
		if times == 0 || text == "" {
			return at, f.noID
		}
		if times > 1 || len(text) > maxHeader {
			return at, Verdict{Reason: Malformed, Detail: "the call has more than one " + f.id.String() + ", or it is longer than 8 KiB"}
		}
		// otherwise part of the body could pass for part of the id
		if v.afterID != "" && strings.Contains(text, v.afterID) {
			return at, Verdict{Reason: Malformed, Detail: f.id.String() + " holds " + strconv.Quote(v.afterID) + ", which separates it from the rest of the signed text"}
		}
		r.id = text
	}
	return at, v.extras(r)
}

// extras checks the other headers and fields that the signed text uses: each must occur exactly once.
func (v *verifier) extras(r *callState) Verdict {
	for i := range v.signed.parts {
		p := &v.signed.parts[i]
		switch p.kind {
		case partHeader:
			values := r.call.Header[p.text]
			if len(values) != 1 || len(values[0]) > maxHeader {
				return Verdict{Reason: Malformed, Detail: "header " + p.text + " is part of the signed text; the call must have exactly one"}
			}
		case partJSON:
			if text, ok := scalar(lookup(r.document(), p.path)); !ok || len(text) > maxHeader {
				return Verdict{Reason: Malformed, Detail: "body field " + p.text + " is part of the signed text, and the body has none"}
			}
		default:
		}
	}
	return Verdict{}
}

// compare looks for a signature that matches a secret. Each comparison takes the same time however much of the
// signature is right; the total time reveals at most which secret matches.
func (v *verifier) compare(r *callState, f *headerSet) Verdict {
	if len(v.public) > 0 {
		return v.comparePublic(r, f)
	}
	for i := range v.secrets {
		if v.kind == kindToken {
			for c := range r.ends {
				sum := sha256.Sum256(r.candidate(c))
				if subtle.ConstantTimeCompare(sum[:], v.secrets[i].token[:]) == 1 {
					return Verdict{Secret: i}
				}
			}
			continue
		}
		want := v.digest(r, i)
		for c := range r.ends {
			if subtle.ConstantTimeCompare(r.candidate(c), want) == 1 {
				return Verdict{Secret: i}
			}
		}
	}
	return f.mismatch
}

func (v *verifier) comparePublic(r *callState, f *headerSet) Verdict {
	serial := ""
	if v.serial != "" {
		values := r.call.Header[v.serial]
		if len(values) != 1 || values[0] == "" {
			return Verdict{Reason: Malformed, Detail: "the call must have exactly one header " + v.serial + ", which names the key"}
		}
		serial = values[0]
	}
	text := v.signed.whole(r, "")
	known := false
	for _, k := range v.public {
		if k.serial != serial && v.serial != "" {
			continue
		}
		known = true
		for c := range r.ends {
			if k.fits(text, r.candidate(c)) {
				return Verdict{}
			}
		}
	}
	if !known {
		return Verdict{Reason: OtherKey, Detail: "header " + v.serial + " names a key that is not configured"}
	}
	return f.mismatch
}
