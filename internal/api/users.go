package api

import (
	"context"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// User is a user as the API shows it.
type User struct {
	ID         string       `json:"id"`
	Email      string       `json:"email"`
	Name       string       `json:"name,omitempty"`
	Role       account.Role `json:"role"`
	Disabled   bool         `json:"disabled,omitempty"`
	Password   bool         `json:"password" doc:"whether the user can sign in with a password"`
	CreatedAt  time.Time    `json:"createdAt"`
	UpdatedAt  time.Time    `json:"updatedAt"`
	SignedInAt time.Time    `json:"signedInAt,omitzero"`
}

// UserInput is the body with which a user is created.
type UserInput struct {
	Email    string     `json:"email" required:"true"`
	Name     string     `json:"name,omitempty"`
	Role     string     `json:"role" required:"true" enum:"viewer,operator,editor,admin"`
	Password secretText `json:"password,omitempty" doc:"absent: the user can sign in only with the provider"`
}

// UserPatch is the body with which a user is changed. What is absent stays.
type UserPatch struct {
	Name     *string     `json:"name,omitempty"`
	Role     *string     `json:"role,omitempty" enum:"viewer,operator,editor,admin"`
	Disabled *bool       `json:"disabled,omitempty"`
	Password *secretText `json:"password,omitempty" doc:"also ends all sessions of the user"`
}

// Session is a session as the API shows it.
type Session struct {
	ID        string    `json:"id"`
	Current   bool      `json:"current,omitempty" doc:"it is the one that makes this request"`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"seenAt"`
	Expires   time.Time `json:"expires"`
	IP        string    `json:"ip,omitempty"`
	Agent     string    `json:"agent,omitempty"`
}

type userPath struct {
	ID string `path:"id" maxLength:"32"`
}

func (p userPath) user() (ident.ID, error) { return parseID(ident.User, "id", p.ID) }

type userOutput struct {
	ETag string `header:"ETag"`
	Body User
}

// changedUser is the user that is changed, and the precondition.
type changedUser struct {
	ID      string `path:"id" maxLength:"32"`
	IfMatch string `header:"If-Match" doc:"change the user only if they still have this ETag"`
}

type usersQuery struct {
	After string `query:"after" maxLength:"254" doc:"next of the previous page"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"maximum number of results"`
}

func (r routes) users() {
	const path = "/api/users"
	handle(r, route{method: "GET", path: path, id: "list-users", needs: account.ManageAccounts, summary: "All users, by e-mail address"},
		func(ctx context.Context, in *usersQuery) (*list[User], error) {
			if in.After != "" {
				if _, ok := account.Email(in.After); !ok {
					return nil, fault.Field("api.listUsers", "after", "is not from a page of this list; leave it out for the first page")
				}
			}
			all, err := r.Accounts.Users(ctx, in.After, in.Limit)
			page := Page[User]{Items: []User{}}
			for _, u := range all {
				page.Items = append(page.Items, userOf(u))
			}
			if len(all) == in.Limit {
				page.Next = all[len(all)-1].Email
			}
			return &list[User]{page}, err
		})
	handle(r, route{method: "GET", path: path + "/{id}", id: "get-user", needs: account.ManageAccounts, summary: "One user"},
		func(ctx context.Context, in *userPath) (*userOutput, error) {
			id, err := in.user()
			if err != nil {
				return nil, err
			}
			u, err := r.Accounts.User(ctx, id)
			return &userOutput{timeTag(u.UpdatedAt), userOf(u)}, err
		})
	form(r, route{method: "POST", path: path, id: "create-user", needs: account.ManageAccounts, summary: "Create a user"}, UserInput{}, User{}, r.createUser)
	form(r, route{method: "PATCH", path: path + "/{id}", id: "change-user", needs: account.ManageAccounts, summary: "Change a user. The last admin stays one"},
		UserPatch{}, User{}, r.changeUser)
	handle(r, route{method: "DELETE", path: path + "/{id}", id: "delete-user", needs: account.ManageAccounts, summary: "Delete a user, with their sessions and API keys"},
		func(_ context.Context, in *userPath) (*struct{}, error) {
			id, err := in.user()
			if err != nil {
				return nil, err
			}
			return nil, r.Accounts.DeleteUser(id)
		})
}

func userOf(u account.User) User {
	return User{
		ID: u.ID.Text(ident.User), Email: u.Email, Name: u.Name, Role: u.Role, Disabled: u.Disabled, Password: u.Password != "",
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, SignedInAt: u.SignedInAt,
	}
}

func (r routes) createUser(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	var in UserInput
	if err := readForm(w, req, &in); err != nil {
		return err
	}
	u, err := r.Accounts.CreateUser(req.Context(), account.NewUser{
		Email: in.Email, Name: in.Name, Role: account.Role(in.Role), Password: string(in.Password),
	})
	if err != nil {
		return err
	}
	auditTarget(req.Context(), u.ID.Text(ident.User))
	auditChange(req.Context(), nil, shownToAudit(u))
	return writeAny(w, http.StatusOK, userOf(u))
}

func (r routes) changeUser(w http.ResponseWriter, req *http.Request, in *changedUser) error {
	id, err := userPath{in.ID}.user()
	if err != nil {
		return err
	}
	var patch UserPatch
	if err := readForm(w, req, &patch); err != nil {
		return err
	}
	if id == caller(req.Context()).ID && patch.Password != nil && caller(req.Context()).Kind == account.BySession {
		return fault.Field("api.changeUser", "password", "change your own password with PUT /api/me/password, which asks for the old one")
	}
	if patch.Password != nil {
		auditNote(req.Context(), "newPassword")
	}
	is, unmet := Versioned{IfMatch: in.IfMatch}, false
	u, err := r.Accounts.ChangeUser(req.Context(), id, account.UserChange{
		Name: patch.Name, Role: (*account.Role)(patch.Role), Disabled: patch.Disabled, Password: (*string)(patch.Password),
		If: func(was account.User) bool { unmet = !is.matches(was.UpdatedAt, true); return !unmet },
	})
	if unmet {
		return Changed("the user was changed by someone else: read them again")
	}
	if err != nil {
		return err
	}
	w.Header().Set("ETag", timeTag(u.UpdatedAt))
	return writeAny(w, http.StatusOK, userOf(u))
}
