// Package auditlog stores the audit log. The writer's goroutine chains the entries: it reads the head in the same
// transaction that moves it, so entries of concurrent callers have one order, and a transaction that is rolled back and
// run again chains them anew. A crash leaves the entries and the head of the same transaction.
//
// The package does not decide what is logged, and it does not check the chain.
package auditlog
