// Package loop implements the node kind that runs its branch do in passes: one for each item of an array or member
// of an object, a number of times, or while a condition holds. It only defines the passes; the engine runs them.
// The journal records what happened in a pass, but the results of its nodes are discarded when the pass is done.
package loop
