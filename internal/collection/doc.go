// Package collection holds the nouns of stored data: Collection, Field, the write operation Op and
// its Outcome, and the pure rules by which a value fits a field. It does no I/O and knows no SQL.
package collection
