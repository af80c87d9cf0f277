// Package variables keeps the stored variables of $env: it seals secrets with the data key before they go to the store,
// opens them at start, and makes every change visible at once in vault.Variables. It does not know where variables are
// used, and it does not read files: package app gives it the master keys.
//
// # What runs
//
// Nothing in the background. A mutex makes one change at a time: the write to the store comes first, then the change of
// what is in memory, and then Options.Changed, which compiles routes again. So nobody sees a value that is not on the
// disk.
//
// # A rotation
//
// A new master key and a new data key replace the old ones:
//
//  1. MasterKeys.Begin writes the next master key beside the current one
//  2. the store replaces the data key and every secret, in one transaction
//  3. MasterKeys.Finish makes the next master key the current one
//
// A crash before 2 leaves secrets that the current key opens; the next start removes the next key. A crash after 2 leaves
// secrets that the next key opens; the next start finishes. If the outcome of 2 is not known, both keys stay, and the
// next start decides in the same way.
package variables
