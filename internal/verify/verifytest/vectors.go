package verifytest

import (
	"bytes"
	_ "embed"
	"slices"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/vectors"
)

// vectorsText is the output of tools/vectors.
//
//go:embed testdata/vectors.json
var vectorsText []byte

// Vectors returns the vectors of one preset.
func Vectors(tb testing.TB, preset string) []vectors.Vector {
	tb.Helper()
	all, err := vectors.Read(bytes.NewReader(vectorsText))
	if err != nil {
		tb.Fatal(err)
	}
	return slices.DeleteFunc(all, func(v vectors.Vector) bool { return v.Preset != preset })
}

// Render evaluates a template over $context of a call.
func Render(tb testing.TB, template string, call verify.Call) string {
	tb.Helper()
	text, err := vectors.Render(verify.Info{}, template, call)
	if err != nil {
		tb.Error(err)
	}
	return text
}
