package preset_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// TestSamplesAreCallsOfTheirPreset signs each sample and verifies it.
func TestSamplesAreCallsOfTheirPreset(t *testing.T) {
	files, err := os.ReadDir("samples")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	set := preset.Set()
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".json")
		p := set.Find(name)
		if p == nil {
			t.Errorf("the samples %s belong to no preset", file.Name())
			continue
		}
		list, err := preset.Samples(name)
		if err != nil || len(list) == 0 {
			t.Errorf("%s: %d samples, %v", name, len(list), err)
		}
		seen := map[string]bool{}
		for _, s := range list {
			if seen[s.Event] {
				t.Errorf("%s has two samples of %s", name, s.Event)
			}
			seen[s.Event] = true
			now := time.Unix(1700000000, 0) // as verifytest.Signed signs
			body := s.Body(now)
			if !json.Valid(body) || bytes.Contains(body, []byte("{{")) {
				t.Errorf("%s %s: the body is %s", name, s.Event, body)
			}
			header := verifytest.Example(p.Info()).Header
			for _, h := range s.Headers {
				header.Set(h.Name, h.Value)
			}
			c := verify.Config{Secrets: []string{verifytest.ExampleSecret}, Keys: verifytest.RequiredKeys(p)}
			verifytest.Signed(t, p, c, string(body), header)
		}
	}
	if list, err := preset.Samples("../presets"); list != nil || err != nil {
		t.Errorf("a name that is a path gives %v, %v", list, err)
	}
}
