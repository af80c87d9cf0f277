package lex

// MaxTemplate bounds one template text, in bytes.
const MaxTemplate = 256 << 10
