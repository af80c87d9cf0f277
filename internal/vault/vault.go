// Package vault holds the variables and secrets that workflows refer to as $env, and knows how to
// take their values out of texts. It does not store them: sealing at rest comes with `hookline env`.
package vault

import (
	"sort"
	"strings"
)

// Prefix is what marks a process variable as one of ours.
const Prefix = "HOOKLINE_ENV_"

// minScrub is the length below which a value is not searched for in texts: a secret of three
// characters would tear holes into everything.
const minScrub = 4

// mask stands where a secret stood.
const mask = "[secret]"

// Variables are the values of $env. They are immutable.
type Variables struct {
	values   map[string]string
	replacer *strings.Replacer // nil: nothing to search for
}

// FromEnviron takes the variables with Prefix from a process environment ("NAME=value"). All of
// them are secret.
func FromEnviron(environ []string) *Variables {
	v := &Variables{values: make(map[string]string)}
	for _, entry := range environ {
		name, val, _ := strings.Cut(entry, "=")
		if name, ok := strings.CutPrefix(name, Prefix); ok && name != "" {
			v.values[name] = val
		}
	}
	v.replacer = replacer(v.values)
	return v
}

// replacer masks every value that is long enough, longest first, so that a secret that contains
// another one disappears whole.
func replacer(values map[string]string) *strings.Replacer {
	var secrets []string
	for _, val := range values {
		if len(val) >= minScrub {
			secrets = append(secrets, val)
		}
	}
	if len(secrets) == 0 {
		return nil
	}
	sort.Slice(secrets, func(i, j int) bool { return len(secrets[i]) > len(secrets[j]) })
	var pairs []string
	for _, s := range secrets {
		pairs = append(pairs, s, mask)
	}
	return strings.NewReplacer(pairs...)
}

// Lookup returns a variable's value.
func (v *Variables) Lookup(name string) (string, bool) {
	val, ok := v.values[name]
	return val, ok
}

// Scrub returns the text with every known secret masked.
func (v *Variables) Scrub(text string) string {
	if v.replacer == nil || text == "" {
		return text
	}
	return v.replacer.Replace(text)
}
