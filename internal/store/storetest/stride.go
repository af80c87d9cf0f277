//go:build !race

package storetest

// stride is the distance between the places that are tried: every one.
const stride = 1
