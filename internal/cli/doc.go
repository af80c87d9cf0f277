// Package cli is the command line: one file per verb, with its help in the same file. Main takes the arguments,
// environment and streams as parameters, so that tests can call it as a shell would.
//
//	arguments ─┐
//	HOOKLINE_* ├─ kong + settings ──► config.Server ──► serve ──► app
//	--config ──┘                  └─► client ──► the API of a running server
//
// It contains no logic about workflows. What it prints comes from the API or, for the verbs that work offline,
// from packages such as document and verify.
package cli
