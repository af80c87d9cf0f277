package cli

import (
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/vault"
)

// checkChannels checks whether every channel has its variables. A running server knows best, because it has its own
// environment. Without one, the documents are compared with the environment of the doctor, which does not know what is stored.
func (sys *system) checkChannels(s config.Server) []finding {
	if f := (clientFlags{Token: s.Token, TokenFile: s.TokenFile, Data: s.Data}); locked(s.Data) && isHookline(f.base()) {
		return askChannels(f)
	}
	if s.Workflows == "" {
		return nil
	}
	bundle, problems, err := readDocuments(s.Workflows)
	if err != nil || len(problems) > 0 {
		return nil // checkDocuments has reported it
	}
	kinds, vars := app.Channels(), vault.FromEnviron(sys.environ)
	var all []finding
	for _, c := range bundle.Channels {
		x := api.Channel{Name: c.Name, Type: c.Type}
		compiled, _, _ := kinds.Compile(c.Definition) // readDocuments found no problem
		for _, name := range compiled.Variables() {
			if _, ok := vars.Lookup(name); !ok {
				x.Missing = append(x.Missing, name)
			}
		}
		all = append(all, checkChannel(x))
	}
	return all
}

// askChannels asks the running server about its channels.
func askChannels(f clientFlags) []finding {
	server, err := f.open()
	if err != nil {
		return []finding{problem("channels", "run as the user that runs the server, or set --token", "%s", message(err))}
	}
	channels, err := server.channels()
	if err != nil {
		return []finding{problem("channels", "see the server's log", "%s", message(err))}
	}
	var all []finding
	for _, c := range channels {
		all = append(all, checkChannel(c))
	}
	return all
}

// channels returns the server's channels.
func (c *client) channels() ([]api.Channel, error) {
	var page api.Page[api.Channel]
	err := c.get("/api/channels", nil, &page)
	return page.Items, err
}

func checkChannel(x api.Channel) finding {
	switch {
	case x.Broken != "":
		return problem("channel", "declare it again for this version", "%s (%s) is broken: %s", x.Name, x.Type, x.Broken)
	case len(x.Missing) > 0:
		return problem("channel", vault.HowToSet(x.Missing[0]), "%s (%s) cannot send: not set: %s", x.Name, x.Type, strings.Join(x.Missing, ", "))
	default:
		return passed("channel", "%s (%s); hookline channels test %s sends a message", x.Name, x.Type, x.Name)
	}
}
