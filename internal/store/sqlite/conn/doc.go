// Package conn is a thin layer over SQLite's C interface, as translated to Go by modernc.org/sqlite/lib:
// connections, prepared statements, binding and reading columns, and errors with their codes. It binds and reads the
// value types of the store, and converts errors to fault errors.
//
// It exists because the speed of the writer limits the speed of the server. For each bound value, database/sql
// needs an interface, a type switch and an allocation. Other thin layers need a malloc under a global lock and a
// copy byte by byte. Here a statement owns one block of C memory. Values are copied into it in one move, and
// SQLite binds them without another copy. The package documentation of store/sqlite has the figures.
//
// The package knows no tables. A Conn and its statements belong to one goroutine at a
// time; only Interrupt may be called from another.
package conn
