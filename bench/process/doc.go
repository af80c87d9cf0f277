// Package process builds and starts the real programs, waits until they answer, reads their figures from the
// kernel, and ends them. Benchmarks, the crash suite and the tests of the examples use it, so that they all
// test what users run.
//
// It ends only processes that it has started.
package process
