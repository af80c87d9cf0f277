// Package examples holds workflows to start from, each with a script that calls it with curl. The
// tests start the real binary with this folder, run the scripts, and hold every answer and every
// stored record against what is promised here. There is no code to import.
package examples
