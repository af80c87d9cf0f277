package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type keysCmd struct {
	Ls     keysLs     `cmd:"" help:"List API keys, newest first."`
	Create keysCreate `cmd:"" help:"Create an API key. It is printed once."`
	Rm     keysRm     `cmd:"" help:"Delete an API key. It is without effect at once."`
	Rotate keysRotate `cmd:"" help:"Make a new master key, and seal every secret anew."`
}

type keysLs struct {
	pageFlags
	clientFlags
	jsonFlag
}

// Run lists the keys.
func (c *keysLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	if c.Before != "" {
		query.Set("before", c.Before)
	}
	var page rawPage
	if err := server.get("/api/keys", query, &page); err != nil {
		return err
	}
	sys.more(page.Next)
	const none = "No API keys. Create one: hookline keys create NAME --role ROLE"
	headings := []string{"ID", "NAME", "KEY", "ROLE", "WORKFLOWS", "EXPIRES", "USED"}
	return printItems(sys, c.jsonFlag, page.Items, none, headings, func(k api.Key) []string {
		workflows := "all"
		if len(k.Workflows) > 0 {
			workflows = strings.Join(k.Workflows, ", ")
		}
		return []string{k.ID, k.Name, k.Hint, string(k.Role), workflows, sys.when(k.Expires), sys.when(k.UsedAt)}
	})
}

type keysCreate struct {
	Name      string        `arg:"" help:"What will use the key."`
	Role      string        `name:"role" required:"" enum:"viewer,operator,editor,admin" help:"viewer, operator, editor or admin; at most your own."`
	Workflows []string      `name:"workflow" type:"list" placeholder:"KEY" help:"Bind the key to this workflow: it sees and changes no other. May be repeated."`
	Expires   time.Duration `name:"expires" placeholder:"DURATION" help:"How long the key is valid, e.g. 90d. Default: for ever."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (keysCreate) Help() string {
	return "Prints the key alone on standard output, so that a script can store it. The server keeps only a hash of it."
}

// Run creates a key.
func (c *keysCreate) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	body.Set("name", value.String(c.Name))
	body.Set("role", value.String(c.Role))
	if len(c.Workflows) > 0 {
		var list value.ArrayBuilder
		for _, w := range c.Workflows {
			list.Add(value.String(w))
		}
		body.Set("workflows", list.Value())
	}
	if c.Expires > 0 {
		body.Set("expires", value.String(sys.clock.Now().Add(c.Expires).UTC().Format(time.RFC3339)))
	}
	var raw json.RawMessage
	if err := server.send(http.MethodPost, "/api/keys", nil, body.Value(), &raw); err != nil {
		return err
	}
	if c.JSON {
		return printOne(sys.stdout, raw)
	}
	var made api.CreatedKey
	if err := json.Unmarshal(raw, &made); err != nil {
		return err
	}
	fmt.Fprintf(sys.stderr, "Created %s. The key is shown only now:\n", made.ID)
	fmt.Fprintln(sys.stdout, made.Secret)
	return nil
}

type keysRm struct {
	ID string `arg:"" help:"The key's id, key_…"`
	clientFlags
}

// Run deletes a key.
func (c *keysRm) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	if err := server.send(http.MethodDelete, "/api/keys/"+url.PathEscape(c.ID), nil, value.Value{}, nil); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "deleted %s\n", c.ID)
	return nil
}
