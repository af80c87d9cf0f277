// Package apitest keeps records in memory, following the rules of package collection, and a few statistics. Tests of the
// API and of the command line use it instead of a store. It writes nothing to disk, does not follow relations, and has
// only the filter operators that the tests need.
package apitest
