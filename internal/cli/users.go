package cli

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

type usersCmd struct {
	Ls  usersLs  `cmd:"" help:"List the people who may sign in."`
	Add usersAdd `cmd:"" help:"Add a person."`
	Set usersSet `cmd:"" help:"Change a person's role, name or password, or disable them."`
	Rm  usersRm  `cmd:"" help:"Remove a person, with their sessions and API keys."`
}

type usersLs struct {
	clientFlags
	jsonFlag
}

// Run lists the users.
func (c *usersLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	items, err := server.all("/api/users", "after")
	if err != nil {
		return err
	}
	const none = "Nobody may sign in yet. Add an admin: hookline users add EMAIL --role admin"
	return printItems(sys, c.jsonFlag, items, none, []string{"EMAIL", "ROLE", "NAME", "STATE", "SIGNED IN"}, func(u api.User) []string {
		return []string{u.Email, string(u.Role), u.Name, userState(u), sys.when(u.SignedInAt)}
	})
}

func userState(u api.User) string {
	switch {
	case u.Disabled:
		return "disabled"
	case !u.Password:
		return "without a password"
	default:
		return "ready"
	}
}

// userPath returns the API's path of the user with an e-mail address or id.
func userPath(server *client, who string) (string, error) {
	if strings.HasPrefix(who, ident.User) {
		return "/api/users/" + url.PathEscape(who), nil
	}
	items, err := server.all("/api/users", "after")
	if err != nil {
		return "", err
	}
	found := ""
	if err := eachOf(items, func(u api.User) {
		if strings.EqualFold(u.Email, strings.TrimSpace(who)) {
			found = u.ID
		}
	}); err != nil {
		return "", err
	}
	if found == "" {
		return "", fault.New("cli.user", fault.NotFound, "there is no user %s", who)
	}
	return "/api/users/" + found, nil
}

type usersAdd struct {
	Email        string `arg:"" help:"E-mail address."`
	Role         string `name:"role" required:"" enum:"viewer,operator,editor,admin" help:"viewer, operator, editor or admin."`
	Name         string `name:"name" help:"Name, for people."`
	PasswordFile string `name:"password-file" placeholder:"FILE" help:"File to read the password from; - for standard input. Default: a password is made up and printed."`
	NoPassword   bool   `name:"no-password" help:"The person signs in only with the sign-in provider."`
	clientFlags
	jsonFlag
}

// Run adds a user.
func (c *usersAdd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	body.Set("email", value.String(c.Email))
	body.Set("role", value.String(c.Role))
	if c.Name != "" {
		body.Set("name", value.String(c.Name))
	}
	made := ""
	if !c.NoPassword {
		password, madeUp, err := sys.password(c.PasswordFile)
		if err != nil {
			return err
		}
		body.Set("password", value.String(password))
		if madeUp {
			made = password
		}
	}
	var raw json.RawMessage
	if err := server.send(http.MethodPost, "/api/users", nil, body.Value(), &raw); err != nil {
		return err
	}
	if c.JSON {
		err = printOne(sys.stdout, raw)
	} else {
		fmt.Fprintf(sys.stdout, "%s is %s\n", c.Email, c.Role)
	}
	if made != "" {
		fmt.Fprintf(sys.stderr, "Password, shown only now: %s\n", made)
	}
	return err
}

// password reads a password from a file or standard input, or makes one up.
func (sys *system) password(file string) (password string, madeUp bool, err error) {
	switch file {
	case "":
		return strings.ToLower(rand.Text()), true, nil
	case "-":
		text, err := io.ReadAll(io.LimitReader(sys.stdin, maxSmallFile))
		return strings.TrimRight(string(text), "\r\n"), false, err
	default:
		text, err := readSmall(file)
		if err != nil {
			return "", false, fault.As("cli.password", fault.Invalid, err, "cannot read the password from %s: %v", file, reason(err))
		}
		return strings.TrimRight(string(text), "\r\n"), false, nil
	}
}

type usersSet struct {
	User         string  `arg:"" help:"E-mail address or id."`
	Role         string  `name:"role" enum:",viewer,operator,editor,admin" default:"" help:"viewer, operator, editor or admin."`
	Name         *string `name:"name" help:"Name, for people."`
	PasswordFile string  `name:"password-file" placeholder:"FILE" help:"File to read a new password from; - for standard input. Ends all sessions of the person."`
	Disable      bool    `name:"disable" xor:"able" help:"The person cannot sign in any more, and their API keys do not work."`
	Enable       bool    `name:"enable" xor:"able" help:"Undo --disable."`
	clientFlags
	jsonFlag
}

// Run changes a user.
func (c *usersSet) Run(sys *system) error {
	var body value.ObjectBuilder
	if c.Role != "" {
		body.Set("role", value.String(c.Role))
	}
	if c.Name != nil {
		body.Set("name", value.String(*c.Name))
	}
	if c.PasswordFile != "" {
		password, _, err := sys.password(c.PasswordFile)
		if err != nil {
			return err
		}
		body.Set("password", value.String(password))
	}
	if c.Disable || c.Enable {
		body.Set("disabled", value.Bool(c.Disable))
	}
	change := body.Value()
	if change.Text() == "{}" {
		return &usageError{[]error{fmt.Errorf("there is nothing to change: give --role, --name, --password-file, --disable or --enable")}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	path, err := userPath(server, c.User)
	if err != nil {
		return err
	}
	var raw json.RawMessage
	if err := server.send(http.MethodPatch, path, nil, change, &raw); err != nil {
		return err
	}
	if c.JSON {
		return printOne(sys.stdout, raw)
	}
	var u api.User
	if err := json.Unmarshal(raw, &u); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s is %s, %s\n", u.Email, u.Role, userState(u))
	return nil
}

type usersRm struct {
	User string `arg:"" help:"E-mail address or id."`
	clientFlags
}

// Run removes a user.
func (c *usersRm) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	path, err := userPath(server, c.User)
	if err != nil {
		return err
	}
	if err := server.send(http.MethodDelete, path, nil, value.Value{}, nil); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "removed %s\n", c.User)
	return nil
}
