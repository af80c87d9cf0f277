// Package archtest holds the shape of the house: which package may import which, where the clock is
// read, what may live at package level, how long a file may be. It is an ordinary Go test, so it
// runs with every `go test`, and each failure says why the rule exists.
//
// It does not judge style (that is golangci-lint's work) nor behaviour. The package holds only
// tests; nothing can import it.
package archtest
