// Package script is the kind of node that runs a workflow's JavaScript. It gathers what the script may
// see and puts the end of the run into a result; the running itself, and the walls around it, are
// internal/script's.
package script
