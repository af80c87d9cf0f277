// Package loop is the kind of node that runs its branch do in passes: one for each item of an array or
// member of an object, a number of times, or as long as a condition holds. It only says what there is
// to go over; the passes are the engine's. What happened in a pass is in the journal; the results of
// its nodes are gone when the pass is over.
package loop
