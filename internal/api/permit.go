package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

// The keys of an operation's metadata. An operation has one of them.
const (
	permissionKey = "permission" // account.Permission
	publicKey     = "public"     // true: no principal is needed
)

// needs returns the metadata of an operation that needs a permission.
func needs(p account.Permission) map[string]any { return map[string]any{permissionKey: p} }

// principalKey is the key of the Principal in a request's context.
type principalKey struct{}

// withCaller returns a context with the principal of a request.
func withCaller(ctx context.Context, p account.Principal) context.Context {
	auditCaller(ctx, p)
	return context.WithValue(ctx, principalKey{}, p)
}

// caller returns on whose behalf a request is made; the zero Principal, which may do nothing, for a public operation.
func caller(ctx context.Context) account.Principal {
	p, _ := ctx.Value(principalKey{}).(account.Principal)
	return p
}

// permit passes on a call whose principal has the permission of its operation, before its input is read.
func permit(hc huma.Context, next func(huma.Context)) {
	op := hc.Operation()
	if op.Metadata[publicKey] == true {
		next(hc)
		return
	}
	p, _ := op.Metadata[permissionKey].(account.Permission)
	if err := allowed(caller(hc.Context()), p); err != nil {
		_, w := humago.Unwrap(hc)
		writeProblem(w, err)
		return
	}
	next(hc)
}

// allowed returns why a principal may not do what needs a permission, or nil.
func allowed(who account.Principal, p account.Permission) error {
	if who.May(p) {
		return nil
	}
	for _, g := range account.Grants() {
		if g.Permission != p {
			continue
		}
		if who.Bound() && !g.Workflow {
			return fault.New("api.permit", fault.Forbidden, "this key is bound to workflows and can do nothing else: use a key without workflows to %s", g.What)
		}
		return fault.New("api.permit", fault.Forbidden, "your role %q does not allow this: to %s, one needs the role %q or a higher one", who.Role, g.What, g.Lowest)
	}
	return fault.New("api.permit", fault.Forbidden, "nobody may do this")
}

// seen returns fault.NotFound if the principal may not see a workflow: for it, the workflow does not exist.
func seen(ctx context.Context, workflow string) error {
	if caller(ctx).Sees(workflow) {
		return nil
	}
	return fault.New("api.seen", fault.NotFound, "there is no workflow %q", workflow)
}
