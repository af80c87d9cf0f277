// Package verifytest is the suite that every preset passes: the vectors of testdata/vectors.json that
// name it, and properties that hold for any verifier.
//
// It is linked into no program.
package verifytest
