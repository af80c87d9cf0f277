// Package process builds and starts the real programs, waits until they answer, reads what the kernel
// says of them, and ends them. Benchmarks, the crash suite and the tests of the examples use it, so
// that all of them see what users run.
//
// It ends only processes that it has started.
package process
