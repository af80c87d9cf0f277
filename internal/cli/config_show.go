package cli

import (
	"encoding/json"
	"os"

	"github.com/alecthomas/kong"

	"hookline.dev/hookline/internal/config"
)

type settingsCmd struct {
	Show settingsShow `cmd:"" help:"Print every setting and where it comes from, offline. Secrets are masked."`
}

type settingsShow struct {
	serverFlags
	jsonFlag
}

// Help explains the verb.
func (settingsShow) Help() string {
	return "Takes the flags of serve, reads the same environment and the same --config file, and prints the settings that serve would use. " +
		"A flag overrides HOOKLINE_<FLAG>, which overrides the file, which overrides the default."
}

// Run prints the settings even if they are invalid, and then fails.
func (c *settingsShow) Run(sys *system, ctx *kong.Context) error {
	list := config.Settings(config.Server(c.serverFlags), sys.settings.all(ctx))
	showMemory(list, config.Server(c.serverFlags))
	if err := c.print(sys, list); err != nil {
		return err
	}
	if err := config.Server(c.serverFlags).Validate(); err != nil {
		return &usageError{splitErrors(err)}
	}
	return nil
}

// showMemory shows the memory that the server would take, if no setting says it.
func showMemory(list []config.Setting, s config.Server) {
	for i := range list {
		if list[i].Name == "memory" && s.Memory == 0 {
			total, from := s.TotalMemory(os.DirFS("/"))
			list[i].Value, list[i].Origin = config.FormatSize(total), config.Origin{Kind: from}
		}
	}
}

func (c *settingsShow) print(sys *system, list []config.Setting) error {
	if c.JSON {
		var items []json.RawMessage
		for _, s := range list {
			item, err := json.Marshal(struct {
				Name   string `json:"name"`
				Value  string `json:"value"`
				Origin string `json:"origin"`
			}{s.Name, s.Value, s.Origin.String()})
			if err != nil {
				return err
			}
			items = append(items, item)
		}
		return printList(sys.stdout, items)
	}
	t := newTable(sys.stdout, "SETTING", "VALUE", "FROM")
	for _, s := range list {
		t.row(s.Name, s.Value, s.Origin.String())
	}
	return t.flush()
}
