package preset

import (
	"embed"
	"errors"
	"io/fs"

	"hookline.dev/hookline/internal/verify"
)

//go:embed samples/*.json
var samples embed.FS

// Samples returns sample calls of a preset, in the order of its file; none if it has no file.
func Samples(name string) ([]verify.Sample, error) {
	text, err := samples.ReadFile("samples/" + name + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return verify.ReadSamples(text)
}
