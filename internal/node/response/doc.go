// Package response is the kind of node that answers the waiting caller. It builds the whole reply;
// the engine commits it before a byte of it is sent.
package response
