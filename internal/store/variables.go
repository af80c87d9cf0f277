package store

import (
	"context"
	"time"
)

// Variables stores what workflows refer to as $env. The values of secrets are sealed before they come here (package
// seal); a driver never sees them.
type Variables interface {
	// Variables returns every variable, sorted by name, and the data key with which secrets are sealed; a zero DataKey
	// if there is none yet.
	Variables(context.Context) ([]Variable, DataKey, error)
	// PutVariable creates or replaces a variable. The error is of kind fault.Conflict if it is a secret that is not
	// sealed with the current data key, and of kind fault.Invalid if it has no name.
	PutVariable(Variable) error
	// DeleteVariable deletes a variable. The error is of kind fault.NotFound if there is none.
	DeleteVariable(name string) error
	// Reseal replaces the data key, and the values of all secrets with it, in one write. The error is of kind
	// fault.Conflict, and nothing is written, if the current data key is not from, or if the secrets are not exactly
	// those that are stored: one was set or deleted meanwhile. It is of kind fault.Invalid if a secret is not sealed
	// with the new key.
	Reseal(from string, to DataKey, secrets []Variable) error
}

// Variable is a variable as it is stored.
type Variable struct {
	Name      string
	Key       string // id of the data key that sealed the value of a secret; "": a plain variable
	Value     []byte // sealed; of a plain variable, the text
	UpdatedAt time.Time
	UpdatedBy string // who changed it last, for people
}

// Secret reports whether the variable is a secret.
func (v Variable) Secret() bool { return v.Key != "" }

// DataKey is the key that seals secrets, itself sealed with the master key.
type DataKey struct {
	ID     string
	Master string // id of the master key
	Sealed []byte
}
