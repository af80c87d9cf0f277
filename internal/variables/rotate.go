package variables

import (
	"context"
	"errors"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/seal"
	"hookline.dev/hookline/internal/store"
)

// Rotated is the result of a rotation.
type Rotated struct {
	Master  string // id of the new master key
	Secrets int    // that were sealed anew
}

// Rotate replaces the master key and the data key and seals every secret anew. It returns fault.Conflict if the master
// key is set from outside, or if a secret is damaged.
func (k *Keeper) Rotate() (Rotated, error) {
	const op = "variables.Rotate"
	k.mu.Lock()
	defer k.mu.Unlock()
	if where := k.opt.Keys.External(); where != "" {
		return Rotated{}, fault.New(op, fault.Conflict,
			"the master key is set by %s: set HOOKLINE_MASTER_KEY_PREVIOUS to the old key and %[1]s to a new one, and restart the server", where)
	}
	next := seal.NewMaster()
	if err := k.opt.Keys.Begin(next); err != nil {
		return Rotated{}, err
	}
	if err := k.reseal(next); err != nil {
		return Rotated{}, k.undo(next, err)
	}
	if err := k.opt.Keys.Finish(); err != nil {
		return Rotated{}, fault.As(op, fault.Unavailable, err, "the secrets are sealed with the new key, but it could not take the place of the old one; the next start tries again: %s", fault.Message(err))
	}
	return Rotated{Master: next.ID(), Secrets: k.secrets()}, nil
}

// undo forgets the next key, if it is certain that the store has the old one.
func (k *Keeper) undo(next seal.Master, cause error) error {
	_, stored, err := k.opt.Store.Variables(context.Background())
	if err == nil && stored.Master != next.ID() && !fault.Is(cause, fault.Unavailable) {
		return errors.Join(cause, k.opt.Keys.Cancel())
	}
	return cause // the next start decides
}

// secrets returns the number of secrets.
func (k *Keeper) secrets() (n int) {
	for _, one := range k.saved {
		if !one.Plain {
			n++
		}
	}
	return n
}

// reseal seals every secret with a new data key under a master key.
func (k *Keeper) reseal(master seal.Master) error {
	const op = "variables.reseal"
	data, sealed := master.NewData()
	var rows []store.Variable
	for name, one := range k.saved {
		if one.Plain {
			continue
		}
		if one.Damaged {
			return fault.New(op, fault.Conflict, "the secret %s is damaged: set it again or delete it first", name)
		}
		row := k.rows[name]
		row.Key, row.Value = data.ID(), data.Seal(name, one.Text)
		rows = append(rows, row)
	}
	if err := k.opt.Store.Reseal(k.key.ID(), store.DataKey{ID: data.ID(), Master: master.ID(), Sealed: sealed}, rows); err != nil {
		return fault.Wrap(op, err)
	}
	k.key = data
	for _, row := range rows {
		k.rows[row.Name] = row
	}
	return nil
}

// Reset deletes every secret of a store whose master key is lost, and returns their names. Open then makes new keys.
// Plain variables stay. It refuses if a key opens the store.
func Reset(s store.Variables, keys MasterKeys) (names []string, err error) {
	const op = "variables.Reset"
	rows, stored, err := s.Variables(context.Background())
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	current, other, err := keys.Keys()
	if err != nil {
		return nil, err
	}
	for _, m := range []*seal.Master{current, other} {
		if _, ok := opens(m, stored); ok {
			return nil, fault.New(op, fault.Conflict, "the master key %s opens the secrets: nothing is lost", m.ID())
		}
	}
	for _, row := range rows {
		if row.Secret() {
			if err := s.DeleteVariable(row.Name); err != nil {
				return names, fault.Wrap(op, err)
			}
			names = append(names, row.Name)
		}
	}
	master := current
	if master == nil {
		made := seal.NewMaster()
		if err := errors.Join(keys.Begin(made), keys.Finish()); err != nil {
			return names, err
		}
		master = &made
	}
	data, sealed := master.NewData()
	return names, fault.Wrap(op, s.Reseal(stored.ID, store.DataKey{ID: data.ID(), Master: master.ID(), Sealed: sealed}, nil))
}
