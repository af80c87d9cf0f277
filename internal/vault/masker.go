package vault

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// Mask replaces a secret in a text.
const Mask = "[secret]"

// Masker removes secrets. A nil Masker removes nothing.
type Masker struct{ search search }

// NewMasker returns a Masker for secrets. It ignores those that are too short (MinLength), and is nil if none is left.
func NewMasker(secrets ...string) *Masker {
	var found []string
	for _, secret := range secrets {
		if !maskable(secret) {
			continue
		}
		found = append(found, spellings(secret)...)
		for _, part := range urlParts(secret) {
			found = append(found, spellings(part)...)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &Masker{newSearch(found)}
}

// Finds reports whether a text contains a secret.
func (m *Masker) Finds(text string) bool { return m != nil && len(m.spans(text, 1)) > 0 }

// Text replaces every secret in a text by Mask. A text without one is returned as it is.
func (m *Masker) Text(text string) string {
	if m == nil {
		return text
	}
	found := m.spans(text, 0)
	if len(found) == 0 {
		return text
	}
	var b strings.Builder
	from := 0
	for _, s := range found {
		b.WriteString(text[from:s.start])
		b.WriteString(Mask)
		from = s.end
	}
	b.WriteString(text[from:])
	return b.String()
}

// Value replaces every secret in the strings and member names of a JSON value. Numbers keep their text and members
// their order. A number with a secret among its digits becomes the string Mask, and so does a whole value whose text
// is still a secret then, such as a key file in JSON that was parsed. A value without a secret is returned as it is.
func (m *Masker) Value(v value.Value) value.Value {
	if !m.Finds(v.Text()) {
		return v
	}
	v = m.walk(v)
	if len(m.search.all(v.Text())) > 0 {
		return value.String(Mask)
	}
	return v
}

// walk masks the parts of a value.
func (m *Masker) walk(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindString:
		text, _ := v.Str()
		if masked := m.Text(text); masked != text {
			return value.String(masked)
		}
	case value.KindNumber:
		if len(m.search.all(v.Text())) > 0 {
			return value.String(Mask)
		}
	case value.KindObject:
		var b value.ObjectBuilder
		for name, member := range v.Members() {
			b.Set(m.Text(name), m.walk(member))
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		for element := range v.Elements() {
			b.Add(m.walk(element))
		}
		return b.Value()
	case value.KindMissing, value.KindNull, value.KindBool:
	}
	return v
}

// span is a part of a text, as byte offsets.
type span struct{ start, end int }

// depth is how many escapes may cover each other: a script's result that holds a JSON text that holds a URL has three.
const depth = 4

// spans returns the secrets in a text, in order and without overlaps. It stops after most of them if most is not 0;
// the list may then be incomplete.
func (m *Masker) spans(text string, most int) []span {
	found := m.below(nil, text, depth, most)
	if len(found) < 2 {
		return found
	}
	slices.SortFunc(found, func(a, b span) int { return a.start - b.start })
	merged := found[:1]
	for _, s := range found[1:] {
		if last := &merged[len(merged)-1]; s.start < last.end {
			last.end = max(last.end, s.end)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// below appends the secrets in a text and below its escapes.
func (m *Masker) below(found []span, text string, levels, most int) []span {
	found = append(found, m.search.all(text)...)
	if levels == 0 {
		return found
	}
	for _, e := range [...]escapes{ofStrings, ofURLs} {
		longest := m.search.longest
		if levels > 1 {
			longest *= maxEscape // as far as the pattern is written with the next escape
		}
		for region := range e.regions(text, &m.search, longest) {
			if most > 0 && len(found) >= most {
				return found
			}
			written := text[region.start:region.end]
			hits := m.below(nil, e.decode(written, nil), levels-1, most)
			if len(hits) == 0 {
				continue // nearly always; only a text that has a secret is worth a map of its escapes
			}
			at := e.offsets(written)
			for _, s := range hits {
				found = append(found, span{region.start + at.start(s.start), region.start + at.end(s.end)})
			}
		}
	}
	return found
}
