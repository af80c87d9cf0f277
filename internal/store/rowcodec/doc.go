// Package rowcodec encodes the parts of rows that every driver of a store keeps as one JSON text: the steps of a
// Commit, the metadata of a delivery, answers, errors, and the properties of a collection's fields. Callers encode
// before they queue a write, so the goroutine that writes only binds the text.
//
// Texts that are no UTF-8 keep their bytes (see appendText). Decoding never fails: damaged text gives fewer or
// empty members, and does not cause a panic.
//
// The package knows no database and no columns. Package value has the JSON itself.
package rowcodec
