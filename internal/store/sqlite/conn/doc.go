// Package conn is a thin layer over SQLite's C interface as modernc.org/sqlite/lib translates it to
// Go: connections, prepared statements, binding and reading columns, and errors with their codes.
//
// It exists because the writer's speed is the product's speed. Per bound value database/sql costs an
// interface, a type switch and an allocation, and other thin layers a malloc under a global lock and
// a copy byte by byte. Here a statement owns one block of C memory, values are copied into it in one
// move and bound without SQLite copying them again (figures: the package documentation of
// store/sqlite).
//
// The package knows no tables and no Go errors of the house. A Conn and its statements belong to one
// goroutine at a time; only Interrupt may be called from elsewhere.
package conn
