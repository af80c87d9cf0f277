package cli

import (
	"context"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// fixtureVariables has a secret that is used, a plain variable, and one that the environment overrides.
type fixtureVariables struct{}

func (fixtureVariables) Variables(context.Context) ([]api.StoredVariable, error) {
	return []api.StoredVariable{
		{Name: "REGION", Plain: true, Value: "eu-west-1", UpdatedAt: noon, UpdatedBy: "a@example.com"},
		{Name: "SHORT", UpdatedAt: noon, Short: true, Process: true},
		{Name: "TOKEN", UpdatedAt: noon, UpdatedBy: "token", Users: []api.VariableUse{
			{Workflow: "github-push", Path: "a"}, {Workflow: "github-push", Path: "b"}, {Workflow: "orders", Draft: true, Path: "c"}, {Channel: "ops", Path: "token"}}},
	}, nil
}

func (f fixtureVariables) Variable(ctx context.Context, name string) (api.StoredVariable, error) {
	all, _ := f.Variables(ctx)
	for _, v := range all {
		if v.Name == name {
			return v, nil
		}
	}
	return api.StoredVariable{}, fault.New("test", fault.NotFound, "no variable %q is stored", name)
}

// Put accepts only what the scripts set, so that they see what arrives.
func (fixtureVariables) Put(p api.PutVariable) (bool, error) {
	if p.Value != "the value" {
		return false, fault.Field("test", "value", "is %d bytes long", len(p.Value))
	}
	return false, nil
}

func (fixtureVariables) Delete(_ context.Context, name string, _ func(api.StoredVariable) bool) error {
	if name == "TOKEN" {
		return fault.New("test", fault.Conflict, "the variable TOKEN is used by the workflow github-push; change that first")
	}
	return nil
}

func (fixtureVariables) Rotate() (api.RotatedKey, error) {
	return api.RotatedKey{MasterKey: "0123456789ab", Secrets: 2}, nil
}

// fixtureAudit has two entries.
type fixtureAudit struct{}

func (fixtureAudit) Record(audit.Entry) {}

func (fixtureAudit) Entries(_ context.Context, q store.AuditQuery) (page []audit.Entry, _ error) {
	mark := audit.Mark{}
	for _, e := range []audit.Entry{
		{At: noon, By: audit.Actor{Kind: "session", Name: "a@example.com", Address: "192.0.2.7"}, Action: "put-variable", Target: "TOKEN", Status: 200, After: value.Trusted(`{"kind":"secret"}`)},
		{At: noon, By: audit.Actor{Kind: audit.Server, Name: audit.Server}, Action: "reload"},
	} {
		if mark = e.Seal(mark); e.Seq > q.After && (q.Action == "" || q.Action == e.Action) {
			page = append(page, e)
		}
	}
	return page, nil
}

func (fixtureAudit) Verify(_ context.Context, noted []audit.Mark) (api.AuditVerified, error) {
	if len(noted) > 0 {
		return api.AuditVerified{Broken: 2, Reason: "it is another one than was noted"}, nil
	}
	return api.AuditVerified{OK: true, Entries: 2, Head: "2:abc"}, nil
}
