// Package webhook posts messages to any URL, signed after the Standard Webhooks specification, so that one Hookline can
// feed another.
package webhook
