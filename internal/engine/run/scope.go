package run

import (
	"crypto/rand"
	"encoding/hex"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// scope gives templates the variables of one execution (SPEC §5).
type scope struct {
	run    *Run
	call   *hook.Context
	node   int           // that asks
	place  advance.Place // where it stands
	inTask bool          // the owner may change the state meanwhile

	secrets []string // values of $env that the attempt has looked up

	loop string      // whose $scopes is kept, as making it copies the item
	pass value.Value // $scopes of that loop
}

// bind connects the scope to its run.
func (s *scope) bind(r *Run) { s.run, s.call = r, r.job.Call }

// Var returns a variable; Missing when there is none of that name.
func (s *scope) Var(root, name string) (value.Value, error) {
	switch root {
	case "nodes":
		defer s.lockState()()
		return s.run.state.Result(s.place, name), nil
	case "scopes":
		return s.scopeOf(name), nil
	case "context":
		return body.Variable(s.call, name), nil
	case "system":
		return s.system(name)
	case "error":
		return s.caught(name), nil
	case "env":
		return s.plain(name)
	}
	return value.Value{}, nil
}

// RenderLimit implements expr.Roomy.
func (s *scope) RenderLimit() int { return s.run.runner.Limits.TemplateOutput }

// Lookup implements node.Secrets. It remembers the value of a secret for masker.
func (s *scope) Lookup(name string) (string, bool) {
	v, ok := s.run.runner.Secrets.Lookup(name)
	if ok && !v.Plain {
		s.secrets = append(s.secrets, v.Text)
	}
	return v.Text, ok
}

// Plain implements node.Plain.
func (s *scope) Plain(name string) bool {
	v, _ := s.run.runner.Secrets.Lookup(name)
	return v.Plain
}

// plain returns a plain variable. A template outside of the fields for secrets may use no other: its result would be in
// the journal. The workflow was checked when it was published, but the variable may have become a secret since.
func (s *scope) plain(name string) (value.Value, error) {
	v, ok := s.run.runner.Secrets.Lookup(name)
	if !ok {
		return value.Value{}, nil
	}
	if !v.Plain {
		return value.Value{}, fault.New("run.scope", fault.Invalid, "the variable %s is a secret, which can be used only in fields marked for secrets", name)
	}
	return value.String(v.Text), nil
}

// masker returns what removes the attempt's secrets from its outcome. Others stay: a node that only repeats what a
// caller sent must not show the caller which of its guesses are secrets.
func (s *scope) masker() *vault.Masker { return vault.NewMasker(s.secrets...) }

// moveTo moves the scope to where a node is to run.
func (s *scope) moveTo(c advance.Command) {
	s.node, s.secrets = c.Index, nil
	if s.place != c.Place {
		s.place, s.loop, s.pass = c.Place, "", value.Value{}
	}
}

// lockState keeps the owner from changing the state until what it returns is called.
func (s *scope) lockState() func() {
	if !s.inTask {
		return func() {}
	}
	s.run.parallel.mu.RLock()
	return s.run.parallel.mu.RUnlock
}

// scopeOf returns what a loop around the node says of its pass.
func (s *scope) scopeOf(loop string) value.Value {
	if s.loop != loop {
		defer s.lockState()()
		s.loop, s.pass = loop, s.run.state.Scope(s.place, loop)
	}
	return s.pass
}

// system returns a fact about the execution or the moment.
func (s *scope) system(name string) (value.Value, error) {
	x := &s.run.job.Execution
	switch name {
	case "now":
		return body.Instant(s.run.runner.Clock.Now()), nil
	case "epoch":
		return value.Int(s.run.runner.Clock.Now().Unix()), nil
	case "executionId":
		return value.String(x.ID.Text(ident.Execution)), nil
	case "workflow":
		return value.String(x.Workflow), nil
	case "uuid":
		return uuid(), nil
	default:
		return value.Value{}, nil
	}
}

// caught returns a part of the error that the branch around the node handles.
func (s *scope) caught(name string) value.Value {
	defer s.lockState()()
	err := s.run.state.Caught(s.place, s.node)
	if err == nil {
		return value.Value{}
	}
	switch name {
	case "message":
		return value.String(err.Message)
	case "code":
		return value.String(err.Code)
	case "node":
		return value.String(err.Node)
	default:
		return value.Value{}
	}
}

// uuid returns a random UUID, version 4 (RFC 9562 section 5.4).
func uuid() value.Value {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return value.String(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}
