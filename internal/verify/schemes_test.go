package verify_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// handshakes are vectors of calls that a provider sends without a signature, to be answered by code
// before anything is verified; and one whose signature is right and whose content cannot be decrypted.
func handshakes() []string {
	return []string{
		"GET verification", "GET verification, wrong mode", "GET verification, wrong token",
		"HEAD probe at creation", "HEAD probe when the URL is saved", "GET challenge", "CRC check",
		"X-Hook-Secret handshake", "wrong APIv3 key",
	}
}

// TestSchemesPassTheirVectors: every provider of the file of presets is data for one evaluator.
func TestSchemesPassTheirVectors(t *testing.T) {
	schemes := verifytest.Schemes(t)
	if len(schemes) != 57 {
		t.Errorf("there are %d schemes, want 57", len(schemes))
	}
	// The one provider that undoes some escapes of its URL (PROVIDERS.md, HubSpot) says so here.
	hubspot := schemes["hubspot-v3"]
	hubspot.URLUnescape = strings.Fields("%3A %2F %3F %40 %21 %24 %27 %28 %29 %2A %2C %3B")
	schemes["hubspot-v3"] = hubspot
	tried := 0
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		t.Run(name, func(t *testing.T) {
			info := verify.Info{Name: name, DedupeKey: schemes[name].ID.Template()}
			vectors := slices.DeleteFunc(verifytest.Vectors(t, name), func(v verifytest.Vector) bool {
				return slices.Contains(handshakes(), v.Case)
			})
			p := verify.Declare(info, schemes[name])
			if len(vectors) == 0 && name == "feishu-sign" { // its vectors are those of the preset that is code
				verifytest.Law(t, p)
				return
			}
			tried += len(vectors)
			verifytest.Run(t, p, vectors)
		})
	}
	if tried < 150 {
		t.Errorf("only %d vectors were tried", tried)
	}
}
