package preset

import (
	_ "embed"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
)

// presets are the presets that are data alone.
//
//go:embed presets.json
var presets []byte

// Set returns the presets.
func Set() *verify.Set { return read(presets) }

// read returns the presets of a file and those that are code. A file that cannot be read is a
// programmer's error: it is part of the binary.
func read(file []byte) *verify.Set {
	list, err := verify.ReadPresets(file)
	if err != nil {
		panic(err)
	}
	return verify.NewSet(append(list, standardwebhooks.New())...)
}
