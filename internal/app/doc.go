// Package app joins everything into one server: it is the only place, besides the drivers
// themselves, that knows which store, which node kinds and which listeners there are.
//
//	New ──► Start (store, catalog, engine, door, listeners) ──► Stop (door, engine, store)
//
// It contains no behaviour of its own: what happens on a call is ingress's, what happens in an
// execution is engine's.
package app
