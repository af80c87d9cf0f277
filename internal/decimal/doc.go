// Package decimal computes with decimal numbers exactly. It is the only place that knows how digits and
// exponents work; records, expressions, templates and schemas all use it.
//
// There are two levels:
//
//   - Compare, Canonical, Scaled, IsWhole and Float work on the text of a JSON number. They never
//     expand an exponent, so 1e999999999 costs no more than 1. Use them on numbers of any length.
//   - Decimal is a number to compute with: a coefficient and an exponent of ten. Sums, differences and
//     products are exact. Coefficients that fit in 64 bits need no memory of their own. Parse bounds the
//     digits and the exponent, because exact results grow with both.
//
// Nothing here rounds without saying so: Quo rounds to a given number of places, and the functions that
// return a float64 say whether it stands for the exact number.
//
// The package knows nothing about fields, limits of columns or messages for people.
package decimal
