// Package variables stores variables and the data key that seals the secrets among them. Each change is one
// transaction, also that of the data key with all secrets: a crash leaves the old key with the old values, or the new
// key with the new ones.
//
// The package cannot open what is sealed.
package variables
