// Package audit has the nouns of the audit log: what an entry says, how entries are chained by hashes, and how a chain is
// checked. It does no I/O: package store keeps the entries, and package app decides what becomes one.
//
// # The chain
//
// Every entry has a number, and numbers have no gaps. The hash of an entry is the SHA-256 of the hash before it and of
// every field of the entry, each with its length. So a change of any field, a missing entry and another order all
// change the hashes from there on.
//
// Two places next to the entries close the ends of the chain. The head is number and hash of the newest entry; without
// it nobody would notice that the newest entries were cut off. The anchor is number and hash of the newest entry that
// retention has deleted; the oldest entry that is left must continue from it.
//
// Somebody who can write the database can compute a whole new chain with its head. What reveals that is a head that was
// noted elsewhere: the server writes it to its log once a day, and Chain.Expect compares it.
package audit
