package storetest

import (
	"fmt"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// dataKey returns a data key.
func dataKey(id string) store.DataKey {
	return store.DataKey{ID: id, Master: "master", Sealed: []byte("sealed " + id)}
}

// secret returns a secret that is sealed with a data key.
func (w *harness) secret(name, key string) store.Variable {
	return store.Variable{Name: name, Key: key, Value: []byte{0, 255, byte(len(key))}, UpdatedAt: w.now(), UpdatedBy: "somebody"}
}

// variables returns every variable by name, and the data key.
func (w *harness) variables() (map[string]store.Variable, store.DataKey) {
	w.Helper()
	list, key, err := w.Variables(w.Context())
	w.ok(err)
	all := make(map[string]store.Variable, len(list))
	for _, v := range list {
		all[v.Name] = v
	}
	return all, key
}

func testVariables(t *testing.T, d Driver) {
	// has checks which variables are stored, in order, and the data key.
	has := func(w *harness, key store.DataKey, want ...store.Variable) {
		t.Helper()
		list, got, err := w.Variables(w.Context())
		w.ok(err)
		w.same("data key", got, key)
		w.same("number of variables", len(list), len(want))
		for i := range want {
			w.same("variable", list[i], want[i])
		}
	}
	none := store.DataKey{}

	t.Run("variables are kept as they are, sorted by name", func(t *testing.T) {
		w := newHarness(t, d)
		has(w, none)
		w.ok(w.Reseal("", dataKey("k1"), nil))
		b, a := w.secret("B", "k1"), store.Variable{Name: "A", Value: []byte("plain ü\x00"), UpdatedAt: w.now()}
		w.ok(w.PutVariable(b))
		w.ok(w.PutVariable(a))
		has(w, dataKey("k1"), a, b)
		w.reopen()
		has(w, dataKey("k1"), a, b)
		a2 := w.secret("A", "k1")
		w.ok(w.PutVariable(a2))
		has(w, dataKey("k1"), a2, b)
		w.ok(w.DeleteVariable("B"))
		w.fails(w.DeleteVariable("B"), fault.NotFound)
		w.reopen()
		has(w, dataKey("k1"), a2)
	})

	t.Run("a variable without a time gets that of the write, and may be empty", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.PutVariable(store.Variable{Name: "A"}))
		has(w, none, store.Variable{Name: "A", UpdatedAt: w.now()})
		w.fails(w.PutVariable(store.Variable{Value: []byte("x")}), fault.Invalid)
		has(w, none, store.Variable{Name: "A", UpdatedAt: w.now()})
	})

	t.Run("a secret that is sealed with another key is refused", func(t *testing.T) {
		w := newHarness(t, d)
		w.fails(w.PutVariable(w.secret("A", "k1")), fault.Conflict)
		w.ok(w.Reseal("", dataKey("k1"), nil))
		w.ok(w.PutVariable(w.secret("A", "k1")))
		w.fails(w.PutVariable(w.secret("A", "k0")), fault.Conflict)
		w.fails(w.PutVariable(w.secret("B", "k0")), fault.Conflict)
		has(w, dataKey("k1"), w.secret("A", "k1"))
	})

	t.Run("the key and all secrets change in one write, or nothing does", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.Reseal("", dataKey("k1"), nil))
		a, b, plain := w.secret("A", "k1"), w.secret("B", "k1"), store.Variable{Name: "P", Value: []byte("plain"), UpdatedAt: w.now()}
		for _, v := range []store.Variable{a, b, plain} {
			w.ok(w.PutVariable(v))
		}
		a2, b2, c2 := w.secret("A", "key2"), w.secret("B", "key2"), w.secret("C", "key2")
		unchanged := func() { t.Helper(); has(w, dataKey("k1"), a, b, plain) }
		for name, wrong := range map[string][]store.Variable{"too few": {a2}, "too many": {a2, b2, c2}, "others": {a2, c2}} {
			t.Log(name)
			w.fails(w.Reseal("k1", dataKey("key2"), wrong), fault.Conflict)
			unchanged()
		}
		w.fails(w.Reseal("k0", dataKey("key2"), []store.Variable{a2, b2}), fault.Conflict)
		w.fails(w.Reseal("k1", dataKey("key2"), []store.Variable{a2, b}), fault.Invalid)
		w.fails(w.Reseal("k1", store.DataKey{}, nil), fault.Invalid)
		newer := b2
		newer.UpdatedAt = newer.UpdatedAt.Add(time.Second) // somebody set it after it was read
		w.fails(w.Reseal("k1", dataKey("key2"), []store.Variable{a2, newer}), fault.Conflict)
		unchanged()
		w.ok(w.Reseal("k1", dataKey("key2"), []store.Variable{a2, b2}))
		has(w, dataKey("key2"), a2, b2, plain)
		w.reopen()
		has(w, dataKey("key2"), a2, b2, plain)
	})
}

// variableWorkload returns one write of each kind for a workload of testFaults.
func (w *harness) variableWorkload(n int) (tries []*attempt) {
	w.Helper()
	stored, key := w.variables()
	next := dataKey(fmt.Sprintf("k%d", n))
	if key.ID == "" {
		key = dataKey("k")
		w.ok(w.Reseal("", key, nil))
	}
	gone := fmt.Sprintf("GONE_%d", n)
	w.ok(w.PutVariable(store.Variable{Name: gone}))
	// Plain variables, because each run has only one write that may change the data key.
	plain := store.Variable{Name: fmt.Sprintf("PLAIN_%d", n), Value: []byte("v"), UpdatedAt: w.now()}
	first, second := w.secret("FIRST", next.ID), w.secret("SECOND", next.ID)
	if len(stored) == 0 {
		for _, v := range []store.Variable{w.secret("FIRST", key.ID), w.secret("SECOND", key.ID)} {
			w.ok(w.PutVariable(v))
		}
	} else {
		first.UpdatedAt, second.UpdatedAt = stored["FIRST"].UpdatedAt, stored["SECOND"].UpdatedAt
	}
	has := func(name string) func() (bool, error) {
		return func() (bool, error) {
			list, _, err := w.Variables(w.Context())
			for _, v := range list {
				if v.Name == name {
					return true, err
				}
			}
			return false, err
		}
	}
	return append(tries,
		&attempt{name: "put variable", write: func() error { return w.PutVariable(plain) }, found: has(plain.Name)},
		&attempt{name: "delete variable", write: func() error { return w.DeleteVariable(gone) }, found: func() (bool, error) {
			there, err := has(gone)()
			return !there, err
		}},
		w.resealAttempt(key.ID, next, []store.Variable{first, second}),
	)
}

// resealing begins the names of attempts to change the data key.
const resealing = "reseal to "

// resealAttempt is a change of the data key. A later one replaces it, so it is checked only until then.
func (w *harness) resealAttempt(from string, to store.DataKey, secrets []store.Variable) *attempt {
	a := &attempt{name: resealing + to.ID, write: func() error { return w.Reseal(from, to, secrets) }}
	a.found = func() (bool, error) {
		list, key, err := w.Variables(w.Context())
		for _, v := range list {
			if v.Secret() && v.Key != key.ID {
				return false, fmt.Errorf("the data key is %s, and %s is sealed with %s", key.ID, v.Name, v.Key)
			}
		}
		if key.ID != from && key.ID != to.ID {
			return a.err == nil, err // another one came later
		}
		return key.ID == to.ID, err
	}
	return a
}
