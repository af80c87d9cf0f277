// Package calculate is the kind of node that evaluates one expression.
package calculate
