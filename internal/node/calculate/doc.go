// Package calculate implements the node kind that evaluates one expression.
package calculate
