// Package template compiles texts with {{ tokens }}, and whole config trees in which every string and every key is
// such a text.
//
// A token that is alone in its text keeps its value's type and exact text. In mixed text, null becomes the empty
// text and objects become JSON. A tree is flattened into literal JSON and the computed parts between, so rendering
// it fills one buffer. Parts without variables are computed at compile time.
//
// Package rule compiles conditions.
package template
