package config

import "time"

// Server is every setting of `hookline serve`. Sizes are bytes. The tags are read by the parser of
// flags, environment and file: name is the flag, the file key and (in upper case, behind HOOKLINE_)
// the environment variable; ${...} is a constant of this package (see Vars); secret values are masked
// wherever settings are printed.
type Server struct {
	Data      string `name:"data" placeholder:"DIR" default:"${data}" help:"Directory of everything that the server keeps." group:"where"`
	Listen    string `name:"listen" placeholder:"ADDR" default:"${listen}" help:"Address of the API, and of the hooks unless --hooks-listen is set." group:"where"`
	Hooks     string `name:"hooks-listen" placeholder:"ADDR" help:"Address of its own for the hooks; --listen then serves none." group:"where"`
	PublicURL string `name:"public-url" placeholder:"URL" help:"How senders see the server, e.g. https://hooks.example.com; used wherever a URL is shown." group:"where"`

	Workflows string `name:"workflows" placeholder:"DIR" help:"Directory of documents (*.yaml *.yml *.json) to load and publish." group:"docs"`
	Watch     bool   `name:"watch" help:"Load --workflows again whenever a file in it changes." group:"docs"`
	Prune     bool   `name:"prune" help:"Disable the workflow of a file that was removed from --workflows." group:"docs"`

	Token     string `name:"token" secret:"true" help:"Token that the API asks for; by default one is made at the first start and kept in DATA/token." group:"access"`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File to read --token from." group:"access"`

	MaxBody       int64         `name:"max-body" type:"size" default:"${max_body}" help:"Largest body of a call; a workflow's maxBody goes before it." group:"calls"`
	MaxHeaders    int64         `name:"max-headers" type:"size" default:"${max_headers}" help:"Largest header section of a call." group:"calls"`
	MaxDepth      int           `name:"max-depth" default:"${max_depth}" help:"Deepest nesting of a JSON or form body." group:"calls"`
	HeaderTimeout time.Duration `name:"header-timeout" default:"${header_timeout}" help:"Time a caller has to send its headers." group:"calls"`
	BodyTimeout   time.Duration `name:"body-timeout" default:"${body_timeout}" help:"Time a caller has to send its whole request." group:"calls"`
	IdleTimeout   time.Duration `name:"idle-timeout" default:"${idle_timeout}" help:"Time an idle connection is kept open." group:"calls"`
	SyncTimeout   time.Duration `name:"sync-timeout" default:"${sync_timeout}" help:"Time a caller of a sync workflow waits when the workflow names none." group:"calls"`

	Backlog     int           `name:"backlog" default:"${backlog}" help:"Executions that may be queued or running; beyond it calls are answered 503." group:"runs"`
	Concurrency int           `name:"concurrency" default:"${concurrency}" help:"Executions that run at once (slots); waiting ones hold none." group:"runs"`
	HandOff     int           `name:"hand-off" default:"${hand_off}" help:"Accepted executions kept in memory for the engine; the rest it fetches from the table." group:"runs"`
	DiskReserve int64         `name:"disk-reserve" type:"size" default:"${disk_reserve}" help:"Free space below which calls are answered 503." group:"runs"`
	Grace       time.Duration `name:"shutdown-grace" default:"${shutdown_grace}" help:"Time that running executions have to reach a checkpoint after the first signal." group:"runs"`

	MaxNodes     int   `name:"max-nodes" default:"${max_nodes}" help:"Nodes of one workflow, those in branches included." group:"limits"`
	StepResult   int64 `name:"step-result" type:"size" default:"${step_result}" help:"Largest result of one step." group:"limits"`
	JournalBytes int64 `name:"journal-bytes" type:"size" default:"${journal_bytes}" help:"Largest journal of one execution; beyond it the execution is aborted." group:"limits"`
	JournalSteps int   `name:"journal-steps" default:"${journal_steps}" help:"Most steps of one execution; beyond it the execution is aborted." group:"limits"`

	ScriptTimeout time.Duration `name:"script-timeout" default:"${script_timeout}" help:"Time of one script when its node names none." group:"scripts"`
	ScriptMemory  int64         `name:"script-memory" type:"size" default:"${script_memory}" help:"Memory of one script when its node names none." group:"scripts"`
	ScriptWorkers int           `name:"script-workers" default:"${script_workers}" help:"Processes for script nodes; 0: one for each core." group:"scripts"`

	LogFormat string `name:"log-format" enum:"auto,text,json" default:"${log_format}" help:"auto, text or json; auto is text on a terminal, else json." group:"logs"`
	LogLevel  string `name:"log-level" enum:"debug,info,warn,error" default:"${log_level}" help:"debug, info, warn or error." group:"logs"`
}
