// Package vm provides a JavaScript heap that is restored to its initial state for each run.
//
// Starting the engine with the prelude takes some milliseconds, many times longer than a small script (ADR 23).
// The engine is therefore started once per process, in one contiguous region of memory with its own allocator.
// When the global objects and the prelude are in place, the used part of the region is copied; this copy is the
// image. A run works in the region. Afterwards the image is written back and everything above it is zeroed, so
// the next run finds the memory exactly as the first one did, at the cost of copying some hundred kilobytes.
// Nothing is freed and no garbage is collected in between.
//
//	region:  | allocator | runtime, context, prelude |  the run's own memory ...      |
//	         '------------- the image ---------------'-- zeroed or given back --------'
//
// This is sound for three reasons. The transpiled engine keeps all state in its runtime: its package has no
// mutable variables outside the std and os modules, which are never loaded. Addresses do not change, because
// the image is written back to where it was. And the image is taken only while no JavaScript runs, so nothing
// in the region points to a stack frame.
//
// Scripts get only strings and bytes. Host functions take and return text and ArrayBuffers, can be reached only
// from the prelude's closures, and never expose a Go object.
//
// A VM belongs to one goroutine. Only Input.Stop may be set by another goroutine, while a run is in progress.
//
// The package cannot interrupt the engine inside one of its own long loops; package script kills the process
// for that. It does not know the protocol between processes and starts no process.
package vm
