// Package variable implements the node kind that names one value, or replaces the value of an earlier node. Package
// document checks which earlier nodes it may assign.
package variable
