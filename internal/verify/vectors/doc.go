// Package vectors reads test vectors for signatures and checks presets with them. A vector is a call as a
// provider sends it, the receiver's secrets and keys, and the expected verdict. A file of vectors is a JSON
// array, written by a program or a person that shares no code with Hookline. tools/vectors makes the file of
// this repository, and `go run ./conformance -vectors FILE` reads any other.
//
// The package handles a call in the same order as package ingress: it looks for a handshake, verifies, and
// decrypts. It does not start a server and knows no preset.
package vectors
