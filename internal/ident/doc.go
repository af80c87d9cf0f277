// Package ident makes the ids of deliveries and executions: 63-bit, sortable by time, usable as a
// table's row number, printed with a prefix that says what they name.
//
// An id is no secret: whoever may not see a thing must be stopped by something else.
package ident
