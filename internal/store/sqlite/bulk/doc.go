// Package bulk stores bulk actions and their targets. Creating one is one transaction. Progress replaces the row of the
// action and leaves its targets alone.
//
// The package does not act.
package bulk
