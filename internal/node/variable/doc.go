// Package variable is the kind of node that names one value, or gives an earlier node's name a new
// value. Which earlier results a reassignment may reach is the document's to check.
package variable
