// Package generictoken is for a sender that shows a shared secret instead of signing with it, in a
// header or a query parameter that you name. It proves who sends, not what.
package generictoken
