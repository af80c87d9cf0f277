// Package parallel is the kind of node that enters all of its branches at once. It only says how; the
// branches are the engine's.
package parallel
