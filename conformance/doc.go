// Conformance runs third-party test suites against Hookline and prints how many verdicts are right:
//
//	go run ./conformance -vectors FILE
//
// The suites are not part of this repository; the program reads them from the given paths. Each kind of suite
// is one file with a function that returns a suite, and one line in suites. The exit code is 1 if a verdict is
// wrong, and 2 if a suite cannot be read.
package main
