package vault

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// Prefix begins the name of every process variable that becomes part of $env.
const Prefix = "HOOKLINE_ENV_"

// HowToSet is the sentence of an error or a log that says how to set a variable.
func HowToSet(name string) string {
	return `set it with "hookline env set ` + name + `", or ` + Prefix + name + " before the server starts"
}

// MinLength is the length from which secrets are masked, in characters.
const MinLength = 8

// Variable is the value of a variable.
type Variable struct {
	Text  string
	Plain bool // it is no secret: it may be used anywhere, and is not masked
}

// Variables are the values of $env. Those of the process environment never change, and go before stored ones. Stored
// ones are replaced as a whole, so a reader sees all of a change or nothing.
type Variables struct {
	environ map[string]Variable
	current atomic.Pointer[Set]
}

// FromEnviron returns the variables with Prefix in a process environment ("NAME=value"). All of them are secrets. There
// are no stored ones yet.
func FromEnviron(environ []string) *Variables {
	v := &Variables{environ: make(map[string]Variable)}
	for _, entry := range environ {
		name, val, _ := strings.Cut(entry, "=")
		if name, ok := strings.CutPrefix(name, Prefix); ok && name != "" {
			v.environ[name] = Variable{Text: val}
		}
	}
	v.Replace(nil)
	return v
}

// Replace replaces the stored variables. The caller must not change the map afterwards.
func (v *Variables) Replace(stored map[string]Variable) {
	all := make(map[string]Variable, len(stored)+len(v.environ))
	maps.Copy(all, stored)
	maps.Copy(all, v.environ)
	s := &Set{values: all}
	s.masker = NewMasker(s.Secrets()...)
	v.current.Store(s)
}

// Current returns the variables as they are now. The Set never changes.
func (v *Variables) Current() *Set { return v.current.Load() }

// Lookup returns a variable as it is now, and whether it is set.
func (v *Variables) Lookup(name string) (Variable, bool) { return v.Current().Find(name) }

// Environ returns the names of the variables of the process environment, sorted.
func (v *Variables) Environ() []string { return slices.Sorted(maps.Keys(v.environ)) }

// FromProcess reports whether a variable comes from the process environment, whatever is stored.
func (v *Variables) FromProcess(name string) bool {
	_, ok := v.environ[name]
	return ok
}

// Set is the values of $env at one moment. It is immutable.
type Set struct {
	values map[string]Variable
	masker *Masker
}

// Find returns a variable, and whether it is set.
func (s *Set) Find(name string) (Variable, bool) {
	val, ok := s.values[name]
	return val, ok
}

// Lookup returns a variable's value, and whether it is set.
func (s *Set) Lookup(name string) (string, bool) {
	val, ok := s.values[name]
	return val.Text, ok
}

// Plain reports whether a variable is set and no secret.
func (s *Set) Plain(name string) bool { return s.values[name].Plain }

// Secrets returns the values of all secrets.
func (s *Set) Secrets() (texts []string) {
	for _, val := range s.values {
		if !val.Plain {
			texts = append(texts, val.Text)
		}
	}
	return texts
}

// Masker returns the Masker for all secrets. See the package's documentation for why it is not the one for what callers
// can see.
func (s *Set) Masker() *Masker { return s.masker }

// Short returns the names of the secrets that are set but too short to be masked, sorted.
func (s *Set) Short() []string {
	var names []string
	for name, val := range s.values {
		if !val.Plain && TooShort(val.Text) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TooShort reports whether a secret is set but too short to be masked.
func TooShort(secret string) bool { return secret != "" && !maskable(secret) }

// maskable reports whether a secret is long enough to be masked. White space around it does not count.
func maskable(secret string) bool {
	return utf8.RuneCountInString(strings.TrimSpace(secret)) >= MinLength
}
