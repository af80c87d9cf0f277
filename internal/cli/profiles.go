package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

type profilesCmd struct {
	Ls  profilesLs  `cmd:"" help:"List the servers that you have signed in at, offline."`
	Use profilesUse `cmd:"" help:"Choose the server that commands use, offline."`
}

type profilesLs struct{ jsonFlag }

// shownProfile is a profile without its key.
type shownProfile struct {
	Name    string    `json:"name"`
	Current bool      `json:"current"`
	URL     string    `json:"url"`
	User    string    `json:"user,omitempty"`
	Role    string    `json:"role,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

// Run lists the profiles.
func (c *profilesLs) Run(sys *system) error {
	all, err := sys.profiles()
	if err != nil {
		return err
	}
	var shown []shownProfile
	for _, name := range slices.Sorted(maps.Keys(all.Of)) {
		p := all.Of[name]
		shown = append(shown, shownProfile{name, name == all.Current, p.URL, p.User, p.Role, p.Expires})
	}
	if c.JSON {
		var items []json.RawMessage
		for _, p := range shown {
			text, err := json.Marshal(p)
			if err != nil {
				return err
			}
			items = append(items, text)
		}
		return printList(sys.stdout, items)
	}
	if len(shown) == 0 {
		fmt.Fprintln(sys.stderr, "No profiles: commands use the server on this machine. Sign in at another: hookline login URL")
		return nil
	}
	t := newTable(sys.stdout, "NAME", "IN USE", "URL", "SIGNED IN AS", "ROLE", "EXPIRES")
	for _, p := range shown {
		use := ""
		if p.Current {
			use = "yes"
		}
		expires := sys.when(p.Expires)
		if !p.Expires.IsZero() && !p.Expires.After(sys.clock.Now()) {
			expires += " (expired)"
		}
		t.row(p.Name, use, p.URL, p.User, p.Role, expires)
	}
	return t.flush()
}

type profilesUse struct {
	Name string `arg:"" help:"Name of the profile; local: the server on this machine."`
}

// Run chooses a profile.
func (c *profilesUse) Run(sys *system) error {
	all, err := sys.profiles()
	if err != nil {
		return err
	}
	if c.Name == localProfile {
		all.Current = ""
		if err := all.save(); err != nil {
			return err
		}
		fmt.Fprintln(sys.stdout, "Commands now use the server on this machine.")
		return nil
	}
	p, err := all.named(c.Name)
	if err != nil {
		return err
	}
	all.Current = c.Name
	if err := all.save(); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "Commands now use %s.\n", p.URL)
	return nil
}

type logoutCmd struct {
	Profile string `name:"profile" placeholder:"NAME" help:"Name of the profile. Default: the one in use."`
}

// Help explains the verb.
func (logoutCmd) Help() string {
	return "Removes a profile. The API key is deleted at the server if hookline login has made it; a key that was pasted stays valid, because others may use it."
}

// Run removes a profile.
func (c *logoutCmd) Run(sys *system) error {
	all, err := sys.profiles()
	if err != nil {
		return err
	}
	name := cmp.Or(c.Profile, all.Current)
	if name == "" || name == localProfile {
		return &usageError{[]error{errors.New("--profile: no profile is in use; hookline profiles ls lists them")}}
	}
	p, err := all.named(name)
	if err != nil {
		return err
	}
	delete(all.Of, name)
	if all.Current == name {
		all.Current = ""
	}
	if err := all.save(); err != nil {
		return err
	}
	if err := revoke(p); err != nil {
		fmt.Fprintf(sys.stderr, "The profile is removed, but its key %s is still valid: hookline keys rm deletes it.\n", p.KeyID)
		return err
	}
	fmt.Fprintf(sys.stdout, "Signed out of %s.\n", p.URL)
	if p.KeyID == "" {
		fmt.Fprintln(sys.stdout, "The API key stays valid, because it was made elsewhere.")
	}
	return nil
}
