package main

import (
	"context"
	"os"

	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/vectors"
)

// signatureVectors tests the signature presets of the binary with a file of vectors. Package
// internal/verify/vectors defines the format.
func signatureVectors() suite {
	return suite{
		name: "vectors", usage: "a `FILE` of signature vectors",
		run: func(ctx context.Context, path string) (report, error) {
			r := newReport("preset")
			file, err := os.Open(path)
			if err != nil {
				return r, err
			}
			defer func() { _ = file.Close() }()
			list, err := vectors.Read(file)
			if err != nil {
				return r, err
			}
			presets := preset.Set()
			for _, v := range list {
				p := presets.Find(v.Preset)
				if p == nil {
					r.unsupported[v.Preset]++
					continue
				}
				r.add(v.Preset, v.Case, vectors.Check(ctx, p, v))
			}
			return r, nil
		},
	}
}
