// Package vectors reads test vectors of signatures and checks presets with them. A vector is a call as a
// provider sends it, the secrets and keys of the receiver, and the verdict that the call must get. A file
// of vectors is a JSON array, written by a program or a person that shares no code with Hookline:
// tools/vectors makes those of this repository, and `go run ./conformance -vectors FILE` reads any other.
//
// The package handles a call as the ingress does: it looks for a handshake, verifies, and decrypts. It does
// not start a server and knows no preset.
package vectors
