package variables

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/seal"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/vault"
)

// Limits of stored variables.
const (
	MaxName  = 100      // bytes
	MaxValue = 64 << 10 // bytes
	Most     = 10_000   // variables
)

// Options are the dependencies of a Keeper. All of them must be set.
type Options struct {
	Store store.Variables
	Vars  *vault.Variables
	Keys  MasterKeys
	Clock clock.Clock
	Log   *slog.Logger
	// Changed is called after every change, with the new variables in Vars, and never concurrently.
	Changed func()
}

// Keeper keeps the stored variables. It is safe for concurrent use.
type Keeper struct {
	opt Options

	mu    sync.Mutex // serialises changes, and guards what follows
	key   seal.Data
	saved map[string]Stored
	rows  map[string]store.Variable
}

// Stored is a stored variable.
type Stored struct {
	Name      string
	Plain     bool
	Text      string // the value
	UpdatedAt time.Time
	UpdatedBy string
	// Damaged means that the value of a secret cannot be opened, although the key is right. The variable counts as not
	// set.
	Damaged bool
}

// Open opens the stored variables and puts them into Options.Vars. It returns a fault.Conflict that names the key that
// is needed if no master key opens the store.
func Open(opt Options) (*Keeper, error) {
	k := &Keeper{opt: opt}
	if err := k.openKey(); err != nil {
		return nil, err
	}
	return k, k.load()
}

// load reads the variables. The data key must be open.
func (k *Keeper) load() error {
	rows, _, err := k.opt.Store.Variables(context.Background())
	if err != nil {
		return fault.Wrap("variables.load", err)
	}
	k.saved, k.rows = make(map[string]Stored, len(rows)), make(map[string]store.Variable, len(rows))
	for _, row := range rows {
		one := Stored{Name: row.Name, Plain: !row.Secret(), UpdatedAt: row.UpdatedAt, UpdatedBy: row.UpdatedBy, Text: string(row.Value)}
		if row.Secret() {
			text, ok := k.key.Open(row.Name, row.Value)
			if one.Text, one.Damaged = text, !ok; !ok {
				k.opt.Log.Error("a secret cannot be opened: its row was damaged or changed; it counts as not set; set it again", "variable", row.Name)
			}
		}
		k.saved[row.Name], k.rows[row.Name] = one, row
	}
	k.publish()
	return nil
}

// publish makes the variables visible.
func (k *Keeper) publish() {
	all := make(map[string]vault.Variable, len(k.saved))
	for name, one := range k.saved {
		if !one.Damaged {
			all[name] = vault.Variable{Text: one.Text, Plain: one.Plain}
		}
	}
	k.opt.Vars.Replace(all)
}

// List returns the stored variables, sorted by name.
func (k *Keeper) List() []Stored {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := make([]Stored, 0, len(k.saved))
	for _, one := range k.saved {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Stored) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Find returns a stored variable, or fault.NotFound.
func (k *Keeper) Find(name string) (Stored, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.find(name)
}

func (k *Keeper) find(name string) (Stored, error) {
	if one, ok := k.saved[name]; ok {
		return one, nil
	}
	return Stored{}, fault.New("variables.find", fault.NotFound, "no variable %q is stored", name)
}

// legal is what a variable may be called: what templates can write behind $env.
var legal = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// check returns what is wrong with a variable.
func check(name, text string) error {
	const op = "variables.Put"
	switch {
	case !legal.MatchString(name) || len(name) > MaxName:
		return fault.Field(op, "name", "a name has at most %d letters a-z and A-Z, digits and _, and does not begin with a digit", MaxName)
	case text == "":
		return fault.Field(op, "value", "is empty; delete the variable instead")
	case len(text) > MaxValue:
		return fault.Field(op, "value", "has %d bytes; at most %d are possible", len(text), MaxValue)
	case !utf8.ValidString(text):
		return fault.Field(op, "value", "is not UTF-8; store binary data in base64")
	}
	return nil
}

// Put creates a variable or replaces the one with its name. may is called first with the variable as it is, and whether
// there is one; its error refuses the change. created reports whether the variable is new.
func (k *Keeper) Put(one Stored, may func(was Stored, exists bool) error) (created bool, err error) {
	const op = "variables.Put"
	if err := check(one.Name, one.Text); err != nil {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	was, exists := k.saved[one.Name]
	if err := may(was, exists); err != nil {
		return false, err
	}
	if !exists && len(k.saved) >= Most {
		return false, fault.New(op, fault.Conflict, "there are %d variables, which is the most; delete one that is not used", Most)
	}
	one.UpdatedAt, one.Damaged = k.opt.Clock.Now().UTC().Truncate(time.Microsecond), false
	if !one.UpdatedAt.After(was.UpdatedAt) { // the time is also the version
		one.UpdatedAt = was.UpdatedAt.Add(time.Microsecond)
	}
	row := store.Variable{Name: one.Name, Value: []byte(one.Text), UpdatedAt: one.UpdatedAt, UpdatedBy: one.UpdatedBy}
	if !one.Plain {
		row.Key, row.Value = k.key.ID(), k.key.Seal(one.Name, one.Text)
	}
	if err := k.opt.Store.PutVariable(row); err != nil {
		return false, fault.Wrap(op, err)
	}
	k.saved[one.Name], k.rows[one.Name] = one, row
	k.changed()
	return !exists, nil
}

// Delete deletes a variable. may is called first, as in Put. It returns fault.NotFound if there is none.
func (k *Keeper) Delete(name string, may func(was Stored) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	was, err := k.find(name)
	if err != nil {
		return err
	}
	if err := may(was); err != nil {
		return err
	}
	if err := k.opt.Store.DeleteVariable(name); err != nil {
		return fault.Wrap("variables.Delete", err)
	}
	delete(k.saved, name)
	delete(k.rows, name)
	k.changed()
	return nil
}

// changed makes a change visible.
func (k *Keeper) changed() {
	k.publish()
	k.opt.Changed()
}
