package cli

import "github.com/alecthomas/kong"

// grammar lists every verb. Each is defined in the file of its name.
type grammar struct {
	Config string `name:"config" placeholder:"FILE" help:"YAML file of settings, named like the flags. Flags and HOOKLINE_* variables override it."`

	Serve    serveCmd    `cmd:"" help:"Run the server." group:"server"`
	Validate validateCmd `cmd:"" help:"Check documents, offline." group:"documents"`
	Parse    parseCmd    `cmd:"" help:"Generate a parameters: block from a sample call, offline." group:"documents"`

	Apply  applyCmd  `cmd:"" help:"Publish documents on a running server." group:"documents"`
	Export exportCmd `cmd:"" help:"Print published workflows as documents." group:"documents"`

	Presets presetsCmd `cmd:"" help:"List the providers whose signatures Hookline can verify, offline." group:"documents"`
	Sign    signCmd    `cmd:"" help:"Sign a call like a provider, then print it or send it. Needs no server." group:"documents"`

	Test    testCmd    `cmd:"" help:"Run a draft, a version or a file on a call, without an effect." group:"look"`
	Send    sendCmd    `cmd:"" help:"Call a workflow as its sender does: signed, unsigned, tampered, stale or repeated." group:"look"`
	Trigger triggerCmd `cmd:"" help:"Send a signed sample event of a provider to the workflow that takes it." group:"look"`

	Workflows  workflowsCmd  `cmd:"" help:"Show, edit, publish and switch workflows." group:"look"`
	Executions executionsCmd `cmd:"" help:"Show, retry and cancel executions." group:"look"`
	Deliveries deliveriesCmd `cmd:"" help:"Show received calls, accepted or not." group:"look"`
	Bulk       bulkCmd       `cmd:"" help:"Show, start and stop actions on many executions or deliveries." group:"look"`
	Stats      statsCmd      `cmd:"" help:"Show how many calls and executions there were, and how long they took." group:"look"`
	Tail       tailCmd       `cmd:"" help:"Watch deliveries as they arrive." group:"look"`
	Listen     listenCmd     `cmd:"" help:"Take the next call to a workflow as the sample of its draft." group:"look"`
	Forward    forwardCmd    `cmd:"" help:"Send the accepted calls of a workflow to another address as well." group:"look"`

	Collections collectionsCmd `cmd:"" help:"Show and change the collections that store records." group:"data"`
	Records     recordsCmd     `cmd:"" help:"Show, change, import and export records." group:"data"`

	Channels channelsCmd `cmd:"" help:"Show and test the channels that send notifications." group:"look"`

	Login    loginCmd    `cmd:"" help:"Sign in at a server, and use it from then on." group:"access"`
	Logout   logoutCmd   `cmd:"" help:"Sign out of a server." group:"access"`
	Profiles profilesCmd `cmd:"" help:"List the servers that you have signed in at, and choose one." group:"access"`

	Users usersCmd `cmd:"" help:"Manage the people who may sign in." group:"access"`
	Keys  keysCmd  `cmd:"" help:"Manage API keys, and change the master key." group:"access"`

	Env   envCmd   `cmd:"" help:"Show and change variables and secrets." group:"data"`
	Audit auditCmd `cmd:"" help:"Show, check and export the audit log." group:"look"`

	Reload   reloadCmd   `cmd:"" help:"Reload workflows, collections and channels." group:"server"`
	Settings settingsCmd `cmd:"" name:"config" help:"Show the server's settings." group:"server"`
	Backup   backupCmd   `cmd:"" help:"Back up the server, also while it runs." group:"server"`
	Restore  restoreCmd  `cmd:"" help:"Restore a backup into an empty data directory, offline." group:"server"`
	Health   healthCmd   `cmd:"" help:"Ask whether the server can take calls, for health checks." group:"server"`
	Doctor   doctorCmd   `cmd:"" help:"Diagnose problems, offline or for one workflow." group:"server"`
	Version  versionCmd  `cmd:"" help:"Print the version." group:"server"`

	Completion completionCmd `cmd:"" help:"Print a script that completes commands in a shell." group:"client"`
}

// groups returns the headings of the help text, in order.
func groups() []kong.Group {
	return []kong.Group{
		{Key: "server", Title: "Server"},
		{Key: "documents", Title: "Documents"},
		{Key: "look", Title: "What happens"},
		{Key: "data", Title: "Data"},
		{Key: "where", Title: "Where"},
		{Key: "tls", Title: "HTTPS"},
		{Key: "docs", Title: "Documents"},
		{Key: "signin", Title: "Sign-in"},
		{Key: "access", Title: "Access"},
		{Key: "calls", Title: "Calls"},
		{Key: "runs", Title: "Executions"},
		{Key: "keep", Title: "What is kept"},
		{Key: "limits", Title: "Limits"},
		{Key: "scripts", Title: "Scripts"},
		{Key: "outbound", Title: "Outbound connections"},
		{Key: "telemetry", Title: "Metrics and traces"},
		{Key: "logs", Title: "Logs"},
		{Key: "client", Title: "Which server"},
	}
}
