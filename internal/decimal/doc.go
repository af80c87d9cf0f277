// Package decimal computes with decimal numbers exactly. It is the only package that handles digits and exponents;
// records, expressions, templates and schemas all use it.
//
// There are two levels:
//
//   - Compare, Canonical, Scaled, IsWhole and Float work on the text of a JSON number. They never expand an
//     exponent, so 1e999999999 costs no more than 1. Use them on numbers of any length.
//   - Decimal is a number to compute with: a coefficient and an exponent of ten. Sums, differences and products
//     are exact. Coefficients that fit in 64 bits need no allocation. Parse bounds the digits and the exponent,
//     because exact results grow with both.
//
// Rounding is always explicit: Quo rounds to a given number of places, and most functions that return a float64
// report whether it represents the exact number.
//
// The package knows nothing about fields, column limits or user-facing messages.
package decimal
