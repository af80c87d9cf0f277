// Package matrix sends to rooms of Matrix. The key of a message becomes the transaction's id, so the homeserver delivers
// a repeated message once.
package matrix
