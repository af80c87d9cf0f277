// Package standardwebhooks knows the Standard Webhooks scheme, which many senders share: HMAC-SHA256
// (v1) with a secret that begins with whsec_, or Ed25519 (v1a) with a public key that begins with
// whpk_. The svix- names of the same headers are read, too.
//
// A call that has any webhook- header is read by those alone, so that its id cannot be taken from a
// header that was not signed.
package standardwebhooks
