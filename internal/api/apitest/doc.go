// Package apitest keeps records in memory by the rules of package collection. Tests of the API and of the
// command line use it in place of a store. It is no store: nothing is written to disk, relations are not
// followed, and it has only the filter operators that the tests use.
package apitest
