// Package recordplan has what every driver of a store does with collections and records before and beside its SQL:
// Redefine plans a change of collections, Cascade decides what a deletion does to dependent records, and Results
// is what an operation shows of the records that it wrote.
//
// It knows no database, holds no state beyond one operation, and does no input or output but through the interface
// Dependents. The rules of one record alone (admission, patches, filters, cursors) are package collection's.
package recordplan
