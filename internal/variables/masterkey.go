package variables

import (
	"context"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/seal"
	"hookline.dev/hookline/internal/store"
)

// MasterKeys keeps the master key outside of the store.
type MasterKeys interface {
	// Keys returns the current master key, and another one that may have sealed the store: that of a rotation that did
	// not finish, or an earlier one. Either is nil if there is none.
	Keys() (current, other *seal.Master, err error)
	// Begin keeps the key that a rotation is about to use, durably. Keys then returns it as the other one.
	Begin(next seal.Master) error
	// Finish makes the key of Begin the current one, durably. Cancel forgets it.
	Finish() error
	Cancel() error
	// External returns where the key is set if the server cannot change it, such as "HOOKLINE_MASTER_KEY"; otherwise "".
	External() string
}

// openKey opens the data key, or makes the first one. It finishes or cancels a rotation that was interrupted.
func (k *Keeper) openKey() error {
	const op = "variables.Open"
	_, stored, err := k.opt.Store.Variables(context.Background())
	if err != nil {
		return fault.Wrap(op, err)
	}
	current, other, err := k.opt.Keys.Keys()
	if err != nil {
		return err
	}
	if stored.ID == "" {
		return k.first(current, other)
	}
	if data, ok := opens(current, stored); ok {
		k.key = data
		if other != nil && k.opt.Keys.External() == "" {
			return k.opt.Keys.Cancel() // the rotation did not reach the store
		}
		return nil
	}
	if data, ok := opens(other, stored); ok {
		k.key = data
		if k.opt.Keys.External() == "" {
			return k.opt.Keys.Finish() // the rotation reached the store
		}
		k.opt.Log.Info("secrets are sealed anew with the master key that is set", "from", other.ID(), "to", current.ID())
		if err := k.load(); err != nil {
			return err
		}
		return k.reseal(*current)
	}
	return fault.New(op, fault.Conflict, "%s", wrongKey(k.opt.Keys.External(), current, stored.Master))
}

// opens opens the stored data key with a master key.
func opens(m *seal.Master, stored store.DataKey) (seal.Data, bool) {
	if m == nil {
		return seal.Data{}, false
	}
	return m.OpenData(stored.ID, stored.Sealed)
}

// wrongKey says which master key is needed.
func wrongKey(external string, current *seal.Master, wanted string) string {
	text := "the stored secrets are sealed with the master key " + wanted + ", "
	where := "the file master.key in the data directory"
	if external != "" {
		where = external
	}
	switch {
	case current == nil:
		text += "but " + where + " does not exist: put it back from where you keep a copy"
	case current.ID() == wanted:
		text += "which is the one in " + where + ", but it does not open them: the database was changed or damaged"
	default:
		text += "but " + where + " has the key " + current.ID() + ": put the right one there"
	}
	return text + ". If that key is lost, so are the secrets: hookline keys rotate --lost deletes them and begins anew"
}

// first makes the first data key, and the master key if there is none.
func (k *Keeper) first(current, other *seal.Master) error {
	if current == nil {
		if other == nil {
			made := seal.NewMaster()
			other = &made
			if err := k.opt.Keys.Begin(made); err != nil {
				return err
			}
		}
		if err := k.opt.Keys.Finish(); err != nil {
			return err
		}
		current = other
	}
	data, sealed := current.NewData()
	k.key = data
	err := k.opt.Store.Reseal("", store.DataKey{ID: data.ID(), Master: current.ID(), Sealed: sealed}, nil)
	return fault.Wrap("variables.Open", err)
}
