// Package clientip finds out where a request comes from: the address of the caller, and whether the caller uses HTTPS,
// directly or behind proxies that the operator trusts. What others claim is never believed.
//
// It decides nothing about the caller.
package clientip
