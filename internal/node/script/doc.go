// Package script implements the node kind that runs a workflow's JavaScript. It collects the script's input and
// converts the outcome to a result. Package internal/script runs the script and isolates it.
package script
