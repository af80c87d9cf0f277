// Package vm is one JavaScript heap that can be put back, byte for byte, to the state in which it
// was born.
//
// Making a QuickJS context costs about a quarter of a millisecond, most of a small script's time.
// So the engine is started once per process, in one contiguous region of memory with an allocator
// of its own; when the global objects and our prelude stand, the region is copied away. A run works
// on the region; afterwards the copy is written back and everything above it is zeroed. The next run
// finds the memory exactly as the first one did: not a cleaned VM but a fresh one, at the price of a
// memcpy of some hundred kilobytes. Nothing is freed and no garbage is collected in between.
//
//	region:  | allocator | runtime, context, prelude |  the run's own memory ...      |
//	         '------------- the image ---------------'-- zeroed or given back --------'
//
// What makes this sound: the transpiled engine keeps all state in its runtime (its package has no
// mutable variable outside the std and os modules, which are never loaded); addresses do not change,
// because the copy goes back to where it came from; and a snapshot is taken only while no JavaScript
// runs, so nothing points from the region to a stack frame.
//
// The package offers scripts nothing but strings and bytes: host functions take and return text and
// ArrayBuffers, are reachable from the prelude's closures only, and never hand out a Go object.
//
// It does not kill what cannot be interrupted (package script does, by ending the process), does not
// know the wire protocol and does not start processes.
package vm
