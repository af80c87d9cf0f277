package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

type sessionPath struct {
	ID string `path:"id" maxLength:"32"`
}

// Ended is how many sessions were ended.
type Ended struct {
	Ended int `json:"ended"`
}

func (r routes) sessions() {
	const mine = "/api/me/sessions"
	handle(r, route{method: "GET", path: mine, id: "list-my-sessions", needs: account.UseOwnAccount, summary: "My sessions, newest first"},
		func(ctx context.Context, _ *struct{}) (*list[Session], error) {
			who, err := person(ctx)
			if err != nil {
				return nil, err
			}
			return r.sessionsOf(ctx, who.ID, who.Session)
		})
	handle(r, route{method: "DELETE", path: mine, id: "end-my-other-sessions", needs: account.UseOwnAccount, summary: "End all my sessions but this one"},
		func(ctx context.Context, _ *struct{}) (*one[Ended], error) {
			who, err := person(ctx)
			if err != nil {
				return nil, err
			}
			n, err := r.Accounts.EndOtherSessions(who.ID, who.Session)
			return &one[Ended]{Ended{n}}, err
		})
	handle(r, route{method: "DELETE", path: mine + "/{id}", id: "end-my-session", needs: account.UseOwnAccount, summary: "End one of my sessions"},
		func(ctx context.Context, in *sessionPath) (*struct{}, error) {
			who, err := person(ctx)
			if err != nil {
				return nil, err
			}
			id, err := parseID(ident.Session, "id", in.ID)
			if err != nil {
				return nil, err
			}
			return nil, r.Accounts.EndSession(who.ID, id)
		})
	const theirs = "/api/users/{id}/sessions"
	handle(r, route{method: "GET", path: theirs, id: "list-sessions", needs: account.ManageAccounts, summary: "The sessions of a user, newest first"},
		func(ctx context.Context, in *userPath) (*list[Session], error) {
			id, err := r.existing(ctx, in)
			if err != nil {
				return nil, err
			}
			return r.sessionsOf(ctx, id, caller(ctx).Session)
		})
	handle(r, route{method: "DELETE", path: theirs, id: "end-sessions", needs: account.ManageAccounts, summary: "End all sessions of a user"},
		func(ctx context.Context, in *userPath) (*one[Ended], error) {
			id, err := r.existing(ctx, in)
			if err != nil {
				return nil, err
			}
			n, err := r.Accounts.EndOtherSessions(id, 0)
			return &one[Ended]{Ended{n}}, err
		})
}

// person returns the principal if it is somebody who has signed in.
func person(ctx context.Context) (account.Principal, error) {
	who := caller(ctx)
	if who.Kind != account.BySession {
		return who, fault.New("api.person", fault.Forbidden, "only a person who has signed in has sessions")
	}
	return who, nil
}

// existing returns the id of a user who exists.
func (r routes) existing(ctx context.Context, in *userPath) (ident.ID, error) {
	id, err := in.user()
	if err == nil {
		_, err = r.Accounts.User(ctx, id)
	}
	return id, err
}

func (r routes) sessionsOf(ctx context.Context, user, current ident.ID) (*list[Session], error) {
	all, err := r.Accounts.SessionsOf(ctx, user)
	page := Page[Session]{Items: []Session{}}
	for _, s := range all {
		page.Items = append(page.Items, Session{
			ID: s.ID.Text(ident.Session), Current: s.ID == current, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, Expires: s.Expires, IP: s.IP, Agent: s.Agent,
		})
	}
	return &list[Session]{page}, err
}
