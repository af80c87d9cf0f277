package verify

// SchemeOf returns the scheme of a preset that is pure data.
func SchemeOf(p Preset) (Scheme, bool) {
	d, ok := p.(*declared)
	if !ok {
		return Scheme{}, false
	}
	return d.scheme, true
}
