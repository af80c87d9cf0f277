// Package preset lists the provider presets of this binary. One more provider whose signatures are data
// is an entry in presets.json; verify.Scheme describes the form. One that needs code is a folder here
// and a line in Set.
//
// The file is read anew by each call of Set, so there is no state; a program calls it once.
package preset
