// Package vault holds the variables and secrets that workflows refer to as $env, and removes their values from
// texts. It does not store them.
package vault

import (
	"sort"
	"strings"
)

// Prefix begins the name of every process variable that becomes part of $env.
const Prefix = "HOOKLINE_ENV_"

// minScrub is the length from which a value is searched for in texts, in bytes. Masking a shorter value would
// damage unrelated text.
const minScrub = 4

// mask replaces a secret in a text.
const mask = "[secret]"

// Variables are the values of $env. They are immutable and safe for concurrent use.
type Variables struct {
	values   map[string]string
	replacer *strings.Replacer // nil: no value to search for
}

// FromEnviron returns the variables with Prefix in a process environment ("NAME=value"). All of them are
// treated as secret.
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

// replacer masks every value that is long enough, the longest first, so that a secret that contains another one
// is masked completely.
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

// Lookup returns a variable's value, and whether it is set.
func (v *Variables) Lookup(name string) (string, bool) {
	val, ok := v.values[name]
	return val, ok
}

// Scrub masks every known secret in a text.
func (v *Variables) Scrub(text string) string {
	if v.replacer == nil || text == "" {
		return text
	}
	return v.replacer.Replace(text)
}
