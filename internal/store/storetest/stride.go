//go:build !race

package storetest

// stride is the distance between the places that are tried. Each place costs a run of the whole workload, so the time grows
// with the square of the workload; with every place the suite takes seven minutes.
const stride = 2
