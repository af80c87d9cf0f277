package vault

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Prefix begins the name of every process variable that becomes part of $env.
const Prefix = "HOOKLINE_ENV_"

// MinLength is the length from which secrets are masked, in characters.
const MinLength = 8

// Variables are the values of $env.
type Variables struct {
	values map[string]string
}

// FromEnviron returns the variables with Prefix in a process environment ("NAME=value").
func FromEnviron(environ []string) *Variables {
	v := &Variables{values: make(map[string]string)}
	for _, entry := range environ {
		name, val, _ := strings.Cut(entry, "=")
		if name, ok := strings.CutPrefix(name, Prefix); ok && name != "" {
			v.values[name] = val
		}
	}
	return v
}

// Lookup returns a variable's value, and whether it is set.
func (v *Variables) Lookup(name string) (string, bool) {
	val, ok := v.values[name]
	return val, ok
}

// Short returns the names of the variables that are set but too short to be masked, sorted.
func (v *Variables) Short() []string {
	var names []string
	for name, val := range v.values {
		if val != "" && !maskable(val) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// maskable reports whether a secret is long enough to be masked. White space around it does not count.
func maskable(secret string) bool {
	return utf8.RuneCountInString(strings.TrimSpace(secret)) >= MinLength
}
