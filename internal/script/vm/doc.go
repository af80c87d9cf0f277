// Package vm is a JavaScript heap that is as good as new for each run.
//
// Starting the engine with our prelude costs some milliseconds, many times what a small script does (ADR
// 23). So the engine is started once per process, in one contiguous region of memory with an allocator
// of its own. When the global objects and the prelude are in place, the used part of the region is copied:
// the image. A run works in the region. Afterwards the image is written back and everything above it is
// zeroed, so the next run finds the memory exactly as the first one did, at the price of copying some
// hundred kilobytes. Nothing is freed and no garbage is collected in between.
//
//	region:  | allocator | runtime, context, prelude |  the run's own memory ...      |
//	         '------------- the image ---------------'-- zeroed or given back --------'
//
// Why this is sound: the transpiled engine keeps all state in its runtime (its package has no mutable
// variable outside the std and os modules, which are never loaded). Addresses do not change, because the
// image goes back to where it came from. And the image is taken only while no JavaScript runs, so nothing in
// the region points to a stack frame.
//
// Scripts get nothing but strings and bytes: host functions take and return text and ArrayBuffers, can be
// reached only from the prelude's closures, and never hand out a Go object.
//
// A VM belongs to one goroutine. Only Input.Stop may be set by another one, while a run is in progress.
//
// The package cannot interrupt the engine inside one of its own long loops (package script ends the process
// for that), does not know the protocol between processes and starts none.
package vm
