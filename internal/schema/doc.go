// Package schema checks the data of a call against a JSON Schema, draft 2020-12 (json-schema.org/draft/2020-12). It
// serves `trigger.schema` and knows nothing about calls.
//
// The library santhosh-tekuri/jsonschema reads a schema: it checks it against the meta-schema and resolves each
// $ref. This package then compiles the result into nodes of its own and checks values with those, because a body is
// untrusted:
//
//   - A value is read in place, in its exact text. Nothing is converted, and numbers are compared exactly,
//     whatever their length or exponent (1e999999999 is a number like any other).
//   - The work is bounded (MaxWork), so no body can keep a processor busy. A list of violations has at most
//     MaxViolations entries.
//   - Violations come in the order of the data, each with a JSON pointer (RFC 6901).
//
// A schema is read strictly, because a typing error in it would let through what it should refuse. A keyword that
// draft 2020-12 does not have is refused with the nearest valid one. So is a keyword that would have no effect
// (then without if, contentEncoding). Names that start with x- are free for remarks. Three rules differ from the
// standard or narrow it: format is enforced, patterns are RE2, and all members of the same name must fit.
//
// A $ref points to a place in the same schema; the package never loads anything. It does not support $dynamicRef.
// It refuses a $ref that leads back to itself without descending into the data, because checking it would never
// end.
//
// Violations go to the sender of the data. So they contain no text from the data except member names, and no value
// from the schema that may be confidential (const).
package schema
