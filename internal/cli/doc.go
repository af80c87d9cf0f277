// Package cli is the command line: one file per verb with its help beside it. Main takes what a
// process gets (arguments, environment, streams), so that tests call it as the shell would.
//
//	arguments ─┐
//	HOOKLINE_* ├─ kong + settings ──► config.Server ──► serve ──► app
//	--config ──┘                  └─► client ──► the API of a running server
//
// It decides nothing about workflows: what it prints it has read over the API, or, for the verbs that
// work offline, from package document.
package cli
