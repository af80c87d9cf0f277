package api

import (
	"context"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// Key is an API key as the API shows it.
type Key struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Hint      string       `json:"hint" doc:"the beginning of the key"`
	Role      account.Role `json:"role"`
	Workflows []string     `json:"workflows,omitempty" doc:"the workflows that it is bound to; absent: all"`
	Owner     string       `json:"owner,omitempty" doc:"the id of the user who made it; absent: made with the token file"`
	CreatedAt time.Time    `json:"createdAt"`
	Expires   time.Time    `json:"expires,omitzero"`
	UsedAt    time.Time    `json:"usedAt,omitzero" doc:"the last use, to a minute"`
}

// CreatedKey is a key that was just made.
type CreatedKey struct {
	Key
	Secret string `json:"secret" doc:"the key itself; it cannot be shown again"`
}

// KeyInput is the body with which a key is made.
type KeyInput struct {
	Name      string   `json:"name" required:"true"`
	Role      string   `json:"role" required:"true" enum:"viewer,operator,editor,admin" doc:"at most your own"`
	Workflows []string `json:"workflows,omitempty" doc:"the keys of workflows; the API key then sees and changes only these"`
	Expires   string   `json:"expires,omitempty" doc:"a time such as 2027-01-31T12:00:00Z; absent: never"`
}

type keyPath struct {
	ID string `path:"id" maxLength:"32"`
}

func (r routes) keys() {
	const path = "/api/keys"
	handle(r, route{method: "GET", path: path, id: "list-keys", needs: account.UseOwnAccount, summary: "API keys, newest first: all for an admin, else your own"},
		func(ctx context.Context, in *Paging) (*list[Key], error) {
			before, err := parseID(ident.APIKey, "before", in.Before)
			if err != nil {
				return nil, err
			}
			all, err := r.Accounts.Keys(ctx, caller(ctx), before, in.Limit)
			page := Page[Key]{Items: []Key{}}
			for _, k := range all {
				page.Items = append(page.Items, keyOf(k))
			}
			if len(all) == in.Limit {
				page.Next = page.Items[len(all)-1].ID
			}
			return &list[Key]{page}, err
		})
	form(r, route{method: "POST", path: path, id: "create-key", needs: account.UseOwnAccount, summary: "Make an API key; it is shown only in this response"},
		KeyInput{}, CreatedKey{}, r.createKey)
	handle(r, route{method: "DELETE", path: path + "/{id}", id: "delete-key", needs: account.UseOwnAccount, summary: "Delete an API key; it is without effect at once"},
		func(ctx context.Context, in *keyPath) (*struct{}, error) {
			id, err := parseID(ident.APIKey, "id", in.ID)
			if err != nil {
				return nil, err
			}
			was, err := r.Accounts.DeleteKey(caller(ctx), id)
			if err == nil {
				auditChange(ctx, keyOf(was), nil)
			}
			return nil, err
		})
}

func keyOf(k account.APIKey) Key {
	return Key{
		ID: k.ID.Text(ident.APIKey), Name: k.Name, Hint: k.Hint + "…", Role: k.Role, Workflows: k.Workflows, Owner: k.User.Text(ident.User),
		CreatedAt: k.CreatedAt, Expires: k.Expires, UsedAt: k.UsedAt,
	}
}

func (r routes) createKey(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	var in KeyInput
	if err := readForm(w, req, &in); err != nil {
		return err
	}
	n := account.APIKey{Name: in.Name, Role: account.Role(in.Role), Workflows: in.Workflows}
	if in.Expires != "" {
		at, err := time.Parse(time.RFC3339, in.Expires)
		if err != nil {
			return fault.Field("api.createKey", "expires", "%q is not a valid time: write e.g. 2027-01-31T12:00:00Z", in.Expires)
		}
		n.Expires = at
	}
	made, err := r.Accounts.CreateKey(req.Context(), caller(req.Context()), n)
	if err != nil {
		return err
	}
	auditTarget(req.Context(), made.ID.Text(ident.APIKey))
	auditChange(req.Context(), nil, keyOf(made.APIKey))
	return writeAny(w, http.StatusOK, CreatedKey{keyOf(made.APIKey), made.Secret})
}
