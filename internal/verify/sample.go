package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/hook"
)

// Sample is a call as a provider sends it, with invented values and without a signature.
type Sample struct {
	Event       string        // its type, as the provider calls it
	Headers     []hook.Header // besides those of the signature
	ContentType string
	body        []byte
}

// sampleNow is the text in a sample's body that stands for the present time, as a number of milliseconds.
const sampleNow = `"{{now.ms}}"`

// Body returns the body, sent at a time.
func (s Sample) Body(now time.Time) []byte {
	return bytes.ReplaceAll(s.body, []byte(sampleNow), strconv.AppendInt(nil, now.UnixMilli(), 10))
}

// ReadSamples reads the samples of one preset: a JSON array of objects with event, headers, contentType (default:
// application/json) and body.
func ReadSamples(text []byte) ([]Sample, error) {
	var entries []struct {
		Event       string            `json:"event"`
		Headers     map[string]string `json:"headers"`
		ContentType string            `json:"contentType"`
		Body        json.RawMessage   `json:"body"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&entries); err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	samples := make([]Sample, len(entries))
	for i, e := range entries {
		if e.Event == "" || len(e.Body) == 0 {
			return nil, fmt.Errorf("samples: entry %d (%q) lacks an event or a body", i, e.Event)
		}
		s := Sample{Event: e.Event, ContentType: e.ContentType}
		if s.ContentType == "" {
			s.ContentType = "application/json"
		}
		for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
			s.Headers = append(s.Headers, hook.Header{Name: name, Value: e.Headers[name]})
		}
		var body bytes.Buffer
		if err := json.Compact(&body, e.Body); err != nil {
			return nil, fmt.Errorf("samples: %w", err)
		}
		s.body = body.Bytes()
		samples[i] = s
	}
	return samples, nil
}
