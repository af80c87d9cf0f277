// Package schema creates the tables and updates them to the newest version. The versions are the files in migrations,
// in order; goose keeps the number of the last one in the database. Each file is applied in a transaction of its own,
// so a crash leaves a database of some version, and the next start continues.
//
// The tables of collections are not here: package definitions makes them.
package schema
