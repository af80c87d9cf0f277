// Package dedupe stores which execution owns a dedupe key.
//
// A key is a row of the table dedupe_keys. Accept looks it up and claims it in the transaction that writes the
// delivery and the execution, so a crash leaves all three or none. The writer runs one transaction at a time, so
// exactly one of several calls with the same key claims it. Only DeleteExpiredKeys deletes keys: docs/adr/0026 describes what
// this costs.
//
// The package does not decide what a repeated call gets; that is package journalplan.
package dedupe
