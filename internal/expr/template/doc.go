// Package template compiles texts with {{ tokens }} and whole config trees, in which every string and every key
// is such a text.
//
// A token that is alone in its text keeps its value's type and exact text. In mixed text, null becomes nothing and
// objects become JSON. A tree is flattened into literal JSON and the parts between that must be computed, so
// rendering it fills one buffer. Parts that refer to nothing are computed while compiling.
//
// Conditions are package rule's.
package template
