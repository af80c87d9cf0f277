// Package storetest is the conformance suite of package store, which every driver must pass. A driver's test
// calls Run with a function that opens it and a description of its abilities. The suite checks abilities, never a
// driver's name.
//
// Its most important property: each caller learns the outcome of its own write. A driver may write the data of many
// callers in one transaction, and anything may go wrong with it. So the suite injects every kind of failure at every
// statement of a workload, and compares the results that callers got with the tables, also after a restart.
//
// The suite does not measure speed; the drivers' benchmarks do.
package storetest
