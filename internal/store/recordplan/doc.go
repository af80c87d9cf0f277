// Package recordplan contains the logic for collections and records that every driver of a store needs in
// addition to its SQL. Redefine plans a change of collections. Cascade decides how a deletion affects dependent
// records. Results collects the records that an operation returns.
//
// The package knows no database and keeps no state beyond one operation. Its only input and output is the
// interface Dependents. The rules for a single record (admission, patches, filters, cursors) are in package
// collection.
package recordplan
