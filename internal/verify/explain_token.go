package verify

import (
	"maps"
	"slices"
	"strings"
)

// explainToken looks for the right token in the wrong place or form, and for another token in the right place.
func (v *verifier) explainToken(call Call, others map[string]string) []Hypothesis {
	x := newExplainer(v, call)
	f := v.headersOf(&call)
	for _, s := range f.sigs {
		r := v.begin(&call)
		text, _ := s.read(r)
		v.end(r)
		x.token(s.String(), strings.TrimPrefix(text, v.prefix), text, others)
	}
	for _, name := range slices.Sorted(maps.Keys(call.Header)) {
		if slices.Contains(x.expected, name) {
			continue
		}
		for _, line := range call.Header[name] {
			_, behind, _ := strings.Cut(line, " ")
			for _, own := range v.secrets {
				if line == own.text || behind == own.text {
					x.say("header", "Header %s holds the right token, but it is expected in %s. Name that header, or have the sender use this one.", name, sourceNames(f.sigs))
				}
			}
		}
	}
	return x.hypotheses
}

// token compares the value found where the token should be.
func (x *explainer) token(where, bare, whole string, others map[string]string) {
	if whole == "" {
		return
	}
	for _, own := range x.v.secrets {
		_, behind, _ := strings.Cut(whole, " ")
		switch {
		case whole == own.text || behind == own.text:
			x.say("prefix", "The token in %s is right, but the text before it is not %q. Set keys.prefix to what the sender writes.", where, x.v.prefix)
		case strings.Trim(own.text, "\r\n\t \"'") == strings.Trim(bare, "\r\n\t \"'"):
			x.say("secret-blanks", "The token in %s is right but for blanks, line ends or quotes around it. Store the secret exactly as the sender has it.", where)
		}
	}
	for n, name := range slices.Sorted(maps.Keys(others)) {
		if n < maxOthers && others[name] != "" && (others[name] == bare || others[name] == whole) {
			x.say("other-secret", "The token in %s is another known secret, %s. Give the sender this workflow's secret, or add that one to its secrets.", where, name)
		}
	}
}
