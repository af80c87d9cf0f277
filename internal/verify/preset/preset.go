package preset

import (
	_ "embed"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
)

// presets holds the presets that are pure data.
//
//go:embed presets.json
var presets []byte

// Set returns all presets: those in presets.json and those written in code.
func Set() *verify.Set { return read(presets) }

// read returns the presets of a file and those written in code. It panics if the file cannot be read, because
// the file is part of the binary.
func read(file []byte) *verify.Set {
	list, err := verify.ReadPresets(file)
	if err != nil {
		panic(err)
	}
	return verify.NewSet(append(list, standardwebhooks.New())...)
}
