// Package ident creates the ids of deliveries and executions: 63-bit integers that sort by time, serve as row ids,
// and print with a prefix that names their type.
//
// An id is not a secret. Access control must not depend on it.
package ident
