// Package github knows how GitHub signs its webhooks: HMAC-SHA256 of the body, in hex, in
// X-Hub-Signature-256. The older X-Hub-Signature (SHA-1) is not looked at.
//
// The delivery's id and the event's name stand in headers that are not signed; whoever has seen one
// signed call can send it again under another id.
package github
