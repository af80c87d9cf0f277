package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// entry is one preset in a file of presets.
type entry struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	Docs      string `json:"docs,omitempty"` // the provider's page about signatures
	DedupeKey string `json:"dedupeKey,omitempty"`
	// DedupeSigned: see Info.
	DedupeSigned bool `json:"dedupeSigned,omitempty"`

	Event   string `json:"event,omitempty"` // template over $context, where scheme.event does not say enough
	Form    string `json:"form,omitempty"`
	As      string `json:"as,omitempty"`
	MaxBody int64  `json:"maxBody,omitempty"` // bytes
	Keys    []Key  `json:"keys,omitempty"`
	Scheme  Scheme `json:"scheme"`
}

// ReadPresets reads a file of presets: a JSON array of entries with the members of Info and a scheme. It is
// strict: an unknown member, or a scheme that cannot work, is an error that names the preset.
func ReadPresets(text []byte) ([]Preset, error) {
	var entries []entry
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&entries); err != nil {
		return nil, fmt.Errorf("presets: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("presets: there is more after the array")
	}
	list := make([]Preset, len(entries))
	for i, e := range entries {
		if e.Name == "" || e.Title == "" || e.Summary == "" {
			return nil, fmt.Errorf("presets: entry %d (%q) lacks a name, a title or a summary", i, e.Name)
		}
		d, err := newDeclared(Info{
			Name: e.Name, Title: e.Title, Summary: e.Summary, Docs: e.Docs, DedupeKey: e.DedupeKey, Event: e.Event,
			DedupeSigned: e.DedupeSigned, Form: e.Form, As: e.As, MaxBody: e.MaxBody, Keys: e.Keys,
		}, e.Scheme)
		if err != nil {
			return nil, err
		}
		list[i] = d
	}
	return list, nil
}
