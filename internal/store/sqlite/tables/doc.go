// Package tables knows the tables of collections: their names, columns and indexes, the rows in them, and the SQL of
// filters. A collection is a table c_<name> with a column f_<field> for each stored field.
//
// A Catalog is the set of collections at one moment, and does not change. Current holds the newest one; only the
// writer's goroutine replaces it, after the commit. A reader takes the one that fits its snapshot (Current.Of). The
// fields of a Table that count records belong to the writer's goroutine.
//
// The package also enforces what refers from a record to something else: belongsTo (relations.go) and files
// (blobs.go). It does not change definitions and runs no operations.
package tables
