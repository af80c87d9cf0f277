// Package apitest keeps records in memory by the rules of package collection: what a store is to the
// API and to the command line, where their tests need one. It is no store: nothing is kept on disk,
// relations are not followed, and of the filters only the operators that the tests use are there.
package apitest
