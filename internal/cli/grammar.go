package cli

import "github.com/alecthomas/kong"

// grammar is every verb. Each lives in the file of its name.
type grammar struct {
	Config string `name:"config" placeholder:"FILE" help:"YAML file of settings, by the names of the flags. Flags and HOOKLINE_* variables go before it."`

	Serve    serveCmd    `cmd:"" help:"Run the server." group:"server"`
	Validate validateCmd `cmd:"" help:"Check documents, offline." group:"documents"`
	Parse    parseCmd    `cmd:"" help:"Turn a sample of a call into a parameters: block, offline." group:"documents"`

	Presets presetsCmd `cmd:"" help:"See the providers whose signatures Hookline knows, offline." group:"documents"`
	Sign    signCmd    `cmd:"" help:"Sign a call as a provider does, and print or send it, offline." group:"documents"`

	Workflows  workflowsCmd  `cmd:"" help:"See and switch workflows." group:"look"`
	Executions executionsCmd `cmd:"" help:"See, retry and cancel executions." group:"look"`
	Deliveries deliveriesCmd `cmd:"" help:"See the calls that came, accepted or not." group:"look"`
	Tail       tailCmd       `cmd:"" help:"Watch deliveries as they come." group:"look"`

	Collections collectionsCmd `cmd:"" help:"See and change the collections that records are stored in." group:"data"`
	Records     recordsCmd     `cmd:"" help:"See, change, import and export records." group:"data"`

	Reload   reloadCmd   `cmd:"" help:"Have the server read its documents again." group:"server"`
	Settings settingsCmd `cmd:"" name:"config" help:"See the server's settings." group:"server"`
	Doctor   doctorCmd   `cmd:"" help:"Find out why it does not work, offline." group:"server"`
	Version  versionCmd  `cmd:"" help:"Print the version." group:"server"`
}

// groups are the headings of the help, in its order.
func groups() []kong.Group {
	return []kong.Group{
		{Key: "server", Title: "Server"},
		{Key: "documents", Title: "Documents"},
		{Key: "look", Title: "What happens"},
		{Key: "data", Title: "Data"},
		{Key: "where", Title: "Where"},
		{Key: "tls", Title: "HTTPS"},
		{Key: "docs", Title: "Documents"},
		{Key: "access", Title: "Access"},
		{Key: "calls", Title: "Calls"},
		{Key: "runs", Title: "Executions"},
		{Key: "keep", Title: "What is kept"},
		{Key: "limits", Title: "Limits"},
		{Key: "scripts", Title: "Scripts"},
		{Key: "logs", Title: "Logs"},
		{Key: "client", Title: "Which server"},
	}
}
