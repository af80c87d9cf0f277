// Package generichmac is for a sender that has no preset of its own and signs with a shared secret:
// what is signed, how and where is said by keys.
package generichmac
