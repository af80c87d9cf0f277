// Package request implements the node kind that sends an HTTP request and returns the response.
//
// Its effect is outside, so the engine commits the rendered input before it runs. A repeat after a crash starts from
// that input, and sends the same method, URL, headers and body under the same Idempotency-Key: the boundary of a
// multipart body and the id of a signature are computed from the key. Three things are those of the moment: the
// timestamp of a signature, an OAuth 2.0 token, and the values of secrets that were changed meanwhile.
//
//	Render ──► input with references to secrets (committed) ──► Resolve ──► message ──► sign ──► outbound ──► result
//
// What a peer sends back may repeat what it got. Everything that contains a secret, in each form in which it was
// sent, is therefore masked in the response before it becomes a result, a message or a line of the log. The engine
// masks the values themselves; this package masks what it made of them: base64 of a password, an encoded query, an
// access token.
//
// It does not decide which addresses may be reached (package outbound does) and does not retry (the engine does, as
// the node's retry says; a failure that another attempt cannot mend is final).
package request
