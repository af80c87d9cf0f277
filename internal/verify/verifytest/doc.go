// Package verifytest is the suite that every preset passes: the vectors of testdata/vectors.json that
// name it, and laws that hold for any verifier. testdata/presets.json are the schemes, as data, that
// the vectors were checked with.
//
// It is linked into no program.
package verifytest
