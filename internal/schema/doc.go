// Package schema checks the data of a call against a JSON Schema, draft 2020-12
// (json-schema.org/draft/2020-12). It is for `trigger.schema`, and knows nothing of calls.
//
// The library santhosh-tekuri/jsonschema reads a schema: it checks it against the meta-schema and finds
// where each $ref leads. What it has found is compiled here into nodes of our own, and those are what a
// value is checked with, because a body comes from a stranger:
//
//   - it is read where it lies, in its exact text; nothing is converted, and numbers are compared exactly,
//     whatever their length or exponent (1e999999999 is a number like any other);
//   - the work is bounded (MaxWork): no body, however made, keeps a processor busy, and no list of
//     mistakes is longer than MaxViolations;
//   - what is found comes in the order of the data, and says where: a JSON pointer (RFC 6901).
//
// A schema is read strictly, since a typing error in it would open the door it should close: a keyword
// that draft 2020-12 does not have is refused with the nearest right one, and so is one that would have no
// effect (then without if, contentEncoding). Names that start with x- are free for remarks. Beside the
// standard, format is checked and not only noted; patterns are RE2; duplicate members must all fit.
//
// A $ref leads to a place in the same schema: nothing is ever loaded. $dynamicRef is not supported. A $ref
// that leads back to itself without going down in the data is refused, as no data would ever fit it.
//
// What is said about data goes to whoever sent it, so it holds no text of theirs beyond names of
// members, and of the schema nothing that is a value to be known (const).
package schema
