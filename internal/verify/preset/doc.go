// Package preset lists the provider presets that this binary has. One more provider is a folder here
// and a line in Set.
package preset
