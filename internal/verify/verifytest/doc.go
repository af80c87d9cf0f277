// Package verifytest is the suite that every preset passes: the vectors of testdata/vectors.json for the
// preset, and properties that hold for any verifier.
//
// No program links it.
package verifytest
