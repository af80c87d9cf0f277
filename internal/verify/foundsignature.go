package verify

import (
	"encoding/base64"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// The limits of the search for digests in a call.
const (
	maxFoundSignatures = 200
	maxLooked          = 2 << 10 // bytes searched in one header
)

// foundSignature is a text in a call that has the length of a digest.
type foundSignature struct {
	header   string
	encoding string // hex, base64, base64 without padding, ...
	bytes    []byte
}

// findSignatures finds every text that may be a digest, in any encoding, in the headers and where the scheme
// expects signatures.
func findSignatures(r *callState, f *headerSet) []foundSignature {
	var list []foundSignature
	look := func(where, text string) {
		if len(text) > maxLooked {
			text = text[:maxLooked]
		}
		for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(" \t,;\"", c) }) {
			_, behind, _ := strings.Cut(word, "=")
			for _, one := range []string{word, behind} {
				if s, ok := digestOf(one); ok && len(list) < maxFoundSignatures {
					s.header = where
					list = append(list, s)
				}
			}
		}
	}
	for _, s := range f.sigs {
		if s.kind != inHeader {
			text, _ := s.read(r)
			look(s.name, text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.call.Header)) {
		for _, line := range r.call.Header[name] {
			look(name, line)
		}
	}
	return list
}

// digestOf decodes a text that has the length of a SHA-1, SHA-256 or SHA-512 digest.
func digestOf(text string) (foundSignature, bool) {
	for _, way := range []struct {
		name   string
		decode func(string) ([]byte, error)
	}{
		{"hex", hex.DecodeString},
		{"base64", base64.StdEncoding.DecodeString},
		{"base64 without padding", base64.RawStdEncoding.DecodeString},
		{"base64 of URLs", base64.URLEncoding.DecodeString},
		{"base64 of URLs without padding", base64.RawURLEncoding.DecodeString},
	} {
		if b, err := way.decode(text); err == nil && (len(b) == 20 || len(b) == 32 || len(b) == 64) {
			return foundSignature{encoding: way.name, bytes: b}, true
		}
	}
	return foundSignature{}, false
}
