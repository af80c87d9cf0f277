// Package vault has the variables that workflows refer to as $env, secret ones and plain ones, and a Masker that removes
// secrets from texts and JSON values. It does not store variables, and it does not decide which secrets matter for a
// text: a step's outcome is masked with the secrets that the step has used (package engine/run), a call with those of
// its route's gates (package ingress). To mask more would let a caller guess secrets and watch which guess is masked.
//
// # What is found
//
// A Masker knows a secret as it is, without the white space around it, in hexadecimal, and in both alphabets of base64,
// at every position that it may have inside a longer text (search.go, spellings.go). It looks for these spellings in the
// text and also below the escapes of JSON, JavaScript and URLs, several levels deep (escape.go), so it does not matter
// which characters a program chose to escape.
//
// Of a secret URL, such as that of an incoming webhook, it also knows the path with the query, and long parts of them
// (urlparts.go), because the server that is called sees and may quote these alone.
//
// A secret of fewer than MinLength characters is not masked: so short a text appears by chance, and a caller could
// try out all of them. Set.Short names such variables, so that the server can warn about them.
//
// The package is safe for concurrent use: Set and Masker are immutable, and Variables points to the current Set.
package vault
