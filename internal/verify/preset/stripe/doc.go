// Package stripe knows how Stripe signs its webhooks: Stripe-Signature holds the time of signing and
// one or more HMACs of time and body. Stripe signs each attempt anew, so repeats are told by the id of
// the event. The secret is taken as text, with its whsec_.
package stripe
