// Package examples has workflows to start from, each with a script that calls it with curl. The tests start
// the real binary with this folder, run the scripts, and compare every response and every stored record
// with what is expected. There is no code to import.
//
// payloads has bodies in the shape that the providers document, with invented values. Tests of other packages
// read them too.
package examples
