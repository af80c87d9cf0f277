// Package preset lists the provider presets of the binary. A provider whose signatures can be described as data
// is an entry in presets.json; verify.Scheme describes the format. A provider that needs code is a folder here
// and a line in Set.
//
// Each call of Set parses the file again, so the package has no state. A program calls Set once.
package preset
