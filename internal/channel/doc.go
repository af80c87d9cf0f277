// Package channel defines the contract of notification channels: what a kind of channel is, what a channel does, and
// the explicit Set of the kinds in a binary. A channel sends a message to people: e-mail, SMS, a chat room, or
// another server's webhook.
//
// A kind is a folder: a typed config, Compile and Send, and a test against a peer that checks what it receives as the
// provider documents it. To add a kind, add one folder and one line in internal/channel/kinds.
//
//	definition (document, API) ──Set.Compile──► Channel ──Send──► outbound ──► the provider
//
// A channel sends one message to one recipient at a time. The node notify goes through the recipients, keeps the
// results, waits for the channel's rate, and leaves retries to the engine.
//
// The texts of a config may use $env. Their values are looked up in Send, so a secret is in no document, no journal
// and no error. Fields marked with secret:"true" must use $env.
//
// A Channel is immutable and safe for concurrent use. The only state is in Live, which has the channels by name and
// the times at which each may send next. That state is in memory: after a restart, a channel may for a short time
// send faster than its rate, and the provider's own 429 slows it down.
//
// The package does not store definitions, and does not connect to anything itself: every kind uses outbound.
package channel
