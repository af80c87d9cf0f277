package variables_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/seal"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/variables"
	"hookline.dev/hookline/internal/vault"
)

// world is what survives a crash: the store and the files of the keys. Each of its writes is a step; the one with the
// number dies fails, before or after it was made, and so do all later ones, until restart.
type world struct {
	rows          map[string]store.Variable
	key           store.DataKey
	current, next *seal.Master
	external      string

	steps, dies int
	after       bool // the step that dies was made
	changes     int
}

var errDied = fault.New("test", fault.Unavailable, "the process died")

// step makes a write.
func (w *world) step(write func() error) error {
	w.steps++
	switch {
	case w.dies == 0 || w.steps < w.dies:
		return write()
	case w.steps == w.dies && w.after:
		_ = write()
	}
	return errDied
}

func (w *world) restart() { w.steps, w.dies = 0, 0 }

func (w *world) Variables(context.Context) ([]store.Variable, store.DataKey, error) {
	names := slices.Sorted(maps.Keys(w.rows))
	rows := make([]store.Variable, len(names))
	for i, name := range names {
		rows[i] = w.rows[name]
	}
	return rows, w.key, nil
}

func (w *world) PutVariable(v store.Variable) error {
	return w.step(func() error { w.rows[v.Name] = v; return nil })
}

func (w *world) DeleteVariable(name string) error {
	return w.step(func() error { delete(w.rows, name); return nil })
}

func (w *world) Reseal(from string, to store.DataKey, secrets []store.Variable) error {
	return w.step(func() error {
		if from != w.key.ID {
			return fault.New("test", fault.Conflict, "another key")
		}
		w.key = to
		for _, v := range secrets {
			w.rows[v.Name] = v
		}
		return nil
	})
}

func (w *world) Keys() (current, other *seal.Master, err error) { return w.current, w.next, nil }

func (w *world) Begin(next seal.Master) error {
	return w.step(func() error { w.next = &next; return nil })
}

func (w *world) Finish() error {
	return w.step(func() error { w.current, w.next = w.next, nil; return nil })
}

func (w *world) Cancel() error { return w.step(func() error { w.next = nil; return nil }) }

func (w *world) External() string { return w.external }

// open opens the variables as a server does at start.
func (w *world) open(environ ...string) (*variables.Keeper, *vault.Variables, error) {
	vars := vault.FromEnviron(environ)
	k, err := variables.Open(variables.Options{
		Store: w, Vars: vars, Keys: w, Clock: clock.NewManual(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)), Log: slog.New(slog.DiscardHandler),
		Changed: func() { w.changes++ },
	})
	return k, vars, err
}

func newWorld() *world { return &world{rows: make(map[string]store.Variable)} }

func anyone(variables.Stored, bool) error { return nil }

func put(t *testing.T, k *variables.Keeper, name, text string, plain bool) {
	t.Helper()
	if _, err := k.Put(variables.Stored{Name: name, Text: text, Plain: plain, UpdatedBy: "somebody"}, anyone); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// has checks that the variables can be read.
func has(t *testing.T, vars *vault.Variables, want map[string]vault.Variable) {
	t.Helper()
	for name, v := range want {
		if got, ok := vars.Lookup(name); got != v || !ok {
			t.Errorf("%s is %v, %v; want %v", name, got, ok, v)
		}
	}
}

func TestAVariableIsSetAtOnceAndAfterARestart(t *testing.T) {
	w := newWorld()
	k, vars, err := w.open("HOOKLINE_ENV_BOTH=from the process")
	must(t, err)
	put(t, k, "SECRET", "a secret text", false)
	put(t, k, "PLAIN", "a plain text", true)
	put(t, k, "BOTH", "stored", true)
	want := map[string]vault.Variable{"SECRET": {Text: "a secret text"}, "PLAIN": {Text: "a plain text", Plain: true}, "BOTH": {Text: "from the process"}}
	has(t, vars, want)
	if w.changes != 3 {
		t.Errorf("%d changes were told", w.changes)
	}
	if strings.Contains(string(w.rows["SECRET"].Value), "secret") {
		t.Error("the secret is stored as it is")
	}
	_, vars, err = w.open("HOOKLINE_ENV_BOTH=from the process")
	must(t, err)
	has(t, vars, want)
	must(t, k.Delete("SECRET", func(variables.Stored) error { return nil }))
	if err := k.Delete("SECRET", nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestAWrongVariableIsRefused(t *testing.T) {
	w := newWorld()
	k, vars, err := w.open()
	must(t, err)
	refused := errors.New("no")
	for name, c := range map[string]struct{ name, text, field string }{
		"no name": {"", "x", "name"}, "a dash": {"A-B", "x", "name"}, "a digit": {"1A", "x", "name"}, "long": {strings.Repeat("A", 101), "x", "name"},
		"no value": {"A", "", "value"}, "too large": {"A", strings.Repeat("x", variables.MaxValue+1), "value"}, "not UTF-8": {"A", "\xff", "value"},
	} {
		_, err := k.Put(variables.Stored{Name: c.name, Text: c.text}, anyone)
		if f := (*fault.Error)(nil); !errors.As(err, &f) || f.Field != c.field || f.Kind != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := k.Put(variables.Stored{Name: "A", Text: "x"}, func(variables.Stored, bool) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	w.dies = w.steps + 1
	if _, err := k.Put(variables.Stored{Name: "A", Text: "x"}, anyone); !errors.Is(err, errDied) {
		t.Errorf("%v", err)
	}
	if _, ok := vars.Lookup("A"); ok || w.changes != 0 {
		t.Error("a refused variable is set")
	}
}

// TestARotationMayDieAtEveryStep restarts after each step of a rotation, made or not, and after each step of that
// restart.
func TestARotationMayDieAtEveryStep(t *testing.T) {
	want := map[string]vault.Variable{"A": {Text: "the first secret"}, "B": {Text: "the second secret"}, "P": {Text: "plain", Plain: true}}
	for _, after := range []bool{false, true} {
		for dies, whole := 1, false; !whole; dies++ {
			for again := 0; again <= 2; again++ {
				w := newWorld()
				k, _, err := w.open()
				must(t, err)
				for name, v := range want {
					put(t, k, name, v.Text, v.Plain)
				}
				old := *w.current
				w.restart()
				w.dies, w.after = dies, after
				_, err = k.Rotate()
				done := w.steps < dies
				if done != (err == nil) {
					t.Fatalf("%d: %v", dies, err)
				}
				if again > 0 { // the start dies, too
					w.restart()
					w.dies = again
					_, _, _ = w.open()
				}
				w.restart()
				k, vars, err := w.open()
				if err != nil {
					t.Fatalf("step %d, made: %v, then %d: %v", dies, after, again, err)
				}
				has(t, vars, want)
				if w.next != nil {
					t.Errorf("step %d: the next key is still there", dies)
				}
				if done && w.current.ID() == old.ID() {
					t.Error("the key is the old one")
				}
				put(t, k, "C", "one more secret", false)
				_, vars, err = w.open()
				must(t, err)
				has(t, vars, map[string]vault.Variable{"C": {Text: "one more secret"}})
				whole = done
			}
		}
	}
}

func TestARotationMakesTheOldKeyUseless(t *testing.T) {
	w := newWorld()
	k, _, err := w.open()
	must(t, err)
	put(t, k, "A", "the first secret", false)
	old, oldKey := *w.current, w.key
	done, err := k.Rotate()
	if err != nil || done.Secrets != 1 || done.Master != w.current.ID() {
		t.Fatalf("%+v %v", done, err)
	}
	put(t, k, "B", "set after the rotation", false)
	data, ok := old.OpenData(oldKey.ID, oldKey.Sealed)
	if !ok {
		t.Fatal("the old copy cannot be opened with the old key")
	}
	for name, row := range w.rows {
		if _, ok := data.Open(name, row.Value); ok {
			t.Errorf("the old keys open %s", name)
		}
	}
	if _, ok := old.OpenData(w.key.ID, w.key.Sealed); ok {
		t.Error("the old master key opens the new data key")
	}
}

func TestAWrongMasterKeyIsAnErrorThatNamesTheRightOne(t *testing.T) {
	w := newWorld()
	k, _, err := w.open()
	must(t, err)
	right := w.current
	other := seal.NewMaster()
	for name, c := range map[string]struct {
		current *seal.Master
		says    string
	}{"another key": {&other, "has the key " + other.ID()}, "no key": {nil, "does not exist"}} {
		w.current = c.current
		_, _, err := w.open()
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), right.ID()) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s, no secrets yet: %v", name, err)
		}
		w.current = right
		put(t, k, "A", "the first secret", false)
		w.current = c.current
		_, vars, err := w.open()
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok := vars.Lookup("A"); ok {
			t.Error("the secret is set")
		}
		w.current = right
	}
}

func TestAKeyFromOutsideIsChangedFromOutside(t *testing.T) {
	w := newWorld()
	first, second := seal.NewMaster(), seal.NewMaster()
	w.external, w.current = "HOOKLINE_MASTER_KEY", &first
	k, _, err := w.open()
	must(t, err)
	put(t, k, "A", "the first secret", false)
	if _, err := k.Rotate(); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "HOOKLINE_MASTER_KEY_PREVIOUS") {
		t.Errorf("%v", err)
	}
	w.current = &second
	if _, _, err := w.open(); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "HOOKLINE_MASTER_KEY has the key "+second.ID()) {
		t.Errorf("%v", err)
	}
	w.next = &first
	_, vars, err := w.open()
	must(t, err)
	has(t, vars, map[string]vault.Variable{"A": {Text: "the first secret"}})
	w.next = nil
	_, vars, err = w.open()
	must(t, err)
	has(t, vars, map[string]vault.Variable{"A": {Text: "the first secret"}})
}

func TestADamagedSecretCountsAsNotSet(t *testing.T) {
	w := newWorld()
	k, _, err := w.open()
	must(t, err)
	put(t, k, "A", "the first secret", false)
	put(t, k, "B", "the second secret", false)
	a, b := w.rows["A"], w.rows["B"]
	a.Value, b.Value = b.Value, a.Value // exchanged
	w.rows["A"], w.rows["B"] = a, b
	k, vars, err := w.open()
	must(t, err)
	for _, name := range []string{"A", "B"} {
		one, err := k.Find(name)
		if _, ok := vars.Lookup(name); ok || err != nil || !one.Damaged {
			t.Errorf("%s: %+v, %v", name, one, err)
		}
	}
	if _, err := k.Rotate(); !fault.Is(err, fault.Conflict) || w.next != nil {
		t.Errorf("%v, next %v", err, w.next)
	}
	put(t, k, "A", "set again", false)
	put(t, k, "B", "set again", false)
	if _, err := k.Rotate(); err != nil {
		t.Error(err)
	}
}

func TestALostKeyIsGivenUpOnlyIfItIsLost(t *testing.T) {
	w := newWorld()
	k, _, err := w.open()
	must(t, err)
	put(t, k, "A", "the first secret", false)
	put(t, k, "P", "plain", true)
	if _, err := variables.Reset(w, w); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v", err)
	}
	w.current = nil
	names, err := variables.Reset(w, w)
	if err != nil || !slices.Equal(names, []string{"A"}) {
		t.Fatalf("%v %v", names, err)
	}
	k, vars, err := w.open()
	must(t, err)
	has(t, vars, map[string]vault.Variable{"P": {Text: "plain", Plain: true}})
	put(t, k, "A", "set again", false)
}
