// Package standardwebhooks implements the Standard Webhooks scheme, which many senders use: HMAC-SHA256 (v1)
// with a secret that begins with whsec_, or Ed25519 (v1a) with a public key that begins with whpk_. It also
// reads the svix- names of the same headers.
//
// If a call has any webhook- header, only those are read. Its id can then not be taken from a header that was
// not signed.
package standardwebhooks
