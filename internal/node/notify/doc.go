// Package notify is the node that sends a message to people through a channel.
//
// A step with several recipients works in parts, one recipient at a time. The outcome of each is committed before the
// next one gets the message. So a crash repeats at most one message, under the same key, and a retry sends only to
// those who have not got it.
//
//	Run ──► a turn of the channel ──► send ──► progress {recipients: [...]} ──► commit ──► Run ──► … ──► result
//	          │ not yet                  │ 429
//	          └── progress {at} ─────────┴──► commit ──► wait without a slot ──► Run
//
// If sending to one recipient fails for now, the others get the message before the attempt fails. The retry of the
// node decides when the next attempt is.
package notify
