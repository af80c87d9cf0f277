// Package storetest is the conformance suite of package store: what every driver must pass. A driver's
// test calls Run with the way to open it and with what it can do; the suite asks for abilities, never
// for a driver's name.
//
// The heart of the suite is truth: a driver may write many callers' data in one transaction, and
// whatever goes wrong with that, each caller must be told what became of its own. So the suite injects
// every kind of failure at every statement of a workload, and compares what callers were told with
// what is in the tables, also after a restart.
package storetest
