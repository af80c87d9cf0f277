// Package archtest tests the shape of the code: which package may import which, where the time is read,
// what may live at package level, how long a file and a function may be. It is an ordinary Go test, so it
// runs with every `go test`, and each failure says why the rule exists.
//
// It knows syntax and imports, not types: what needs types is in tools/vet and staticcheck. The package
// has only tests; nothing can import it.
package archtest
