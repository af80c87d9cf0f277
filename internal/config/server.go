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
	PublicURL string `name:"public-url" placeholder:"URL" help:"How senders see the server, e.g. https://hooks.example.com; used wherever a URL is shown. By default https and the first --domain, else the address that hooks are taken on." group:"where"`

	TLSCert    string   `name:"tls-cert" placeholder:"FILE" help:"Certificate chain (PEM) for HTTPS; read again when it changes and on SIGHUP. Needs --tls-key." group:"tls"`
	TLSKey     string   `name:"tls-key" placeholder:"FILE" help:"Private key (PEM) of --tls-cert." group:"tls"`
	Domains    []string `name:"domain" type:"list" placeholder:"NAME" help:"Name to get a certificate for by ACME, e.g. hooks.example.com; several are separated by commas. Certificates are kept in DATA/certs." group:"tls"`
	ACMEEmail  string   `name:"acme-email" placeholder:"EMAIL" help:"Whom the certificate authority may write to. With it, you agree to its terms." group:"tls"`
	ACMECA     string   `name:"acme-ca" placeholder:"URL" help:"Directory of another certificate authority than Let's Encrypt." group:"tls"`
	ACMERoots  string   `name:"acme-ca-root" placeholder:"FILE" help:"Certificates (PEM) to trust when talking to --acme-ca, besides the system's." group:"tls"`
	HTTPListen string   `name:"http-listen" placeholder:"ADDR" help:"Address for plain HTTP beside HTTPS, e.g. :80: answers ACME's HTTP challenge, sends browsers to HTTPS, and refuses hooks." group:"tls"`

	Workflows string `name:"workflows" placeholder:"DIR" help:"Directory of documents (*.yaml *.yml *.json) to load and publish." group:"docs"`
	Watch     bool   `name:"watch" help:"Load --workflows again whenever a file in it changes." group:"docs"`
	Prune     bool   `name:"prune" help:"Disable the workflow of a file that was removed from --workflows." group:"docs"`

	Token     string `name:"token" secret:"true" help:"Token that the API asks for; by default one is made at the first start and kept in DATA/token." group:"access"`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File to read --token from." group:"access"`

	TrustedProxies []string      `name:"trusted-proxies" type:"list" placeholder:"CIDR" help:"Proxies, as addresses or networks separated by commas, whose X-Forwarded-For or Forwarded header tells the caller's address." group:"access"`
	ProxyHeader    string        `name:"proxy-header" placeholder:"NAME" help:"The one header that the trusted proxies write, e.g. Forwarded; by default X-Forwarded-For, and Forwarded where there is none." group:"access"`
	AllowIPs       []string      `name:"allow-ips" type:"list" placeholder:"CIDR" help:"Addresses or networks, separated by commas, that may call hooks at all; by default everybody. A workflow's allowIPs narrow it." group:"access"`
	AuthFailures   int           `name:"auth-failures" default:"${auth_failures}" help:"Wrong secrets from one address for one workflow within a minute before it is shut out; 0: it never is." group:"access"`
	AuthLockout    time.Duration `name:"auth-lockout" default:"${auth_lockout}" help:"How long such an address is shut out; each further time twice as long, up to 15m or this, whichever is longer." group:"access"`

	MaxBody       int64         `name:"max-body" type:"size" default:"${max_body}" help:"Largest body of a call; a workflow's maxBody goes before it." group:"calls"`
	MaxHeaders    int64         `name:"max-headers" type:"size" default:"${max_headers}" help:"Largest header section of a call." group:"calls"`
	MaxDepth      int           `name:"max-depth" default:"${max_depth}" help:"Deepest nesting of a JSON or form body." group:"calls"`
	HeaderTimeout time.Duration `name:"header-timeout" default:"${header_timeout}" help:"Time a caller has to send its headers." group:"calls"`
	BodyTimeout   time.Duration `name:"body-timeout" default:"${body_timeout}" help:"Time a caller has to send its whole request." group:"calls"`
	IdleTimeout   time.Duration `name:"idle-timeout" default:"${idle_timeout}" help:"Time an idle connection is kept open." group:"calls"`
	SyncTimeout   time.Duration `name:"sync-timeout" default:"${sync_timeout}" help:"Time a caller of a sync workflow waits when the workflow names none." group:"calls"`
	WriteTimeout  time.Duration `name:"write-timeout" default:"${write_timeout}" help:"Time a caller has to take each 64 KiB of an answer." group:"calls"`

	MaxConnections int `name:"max-connections" default:"${max_connections}" help:"Connections open at once on each address; beyond it the one that has been silent longest is closed for a new one." group:"calls"`
	MaxPerAddress  int `name:"max-connections-per-address" default:"${max_connections_per_address}" help:"Connections open at once from one caller's address, --trusted-proxies excepted; 0: no limit of its own." group:"calls"`

	BodyMemory int64 `name:"body-memory" type:"size" default:"${body_memory}" help:"Memory for bodies over 1 MiB that are being read, of all calls together; beyond it calls wait, then are answered 503." group:"calls"`

	Backlog     int           `name:"backlog" default:"${backlog}" help:"Executions that may be queued or running; beyond it calls are answered 503." group:"runs"`
	Concurrency int           `name:"concurrency" default:"${concurrency}" help:"Executions that run at once (slots); waiting ones hold none." group:"runs"`
	HandOff     int           `name:"hand-off" default:"${hand_off}" help:"Accepted executions kept in memory for the engine; the rest it fetches from the table." group:"runs"`
	DiskReserve int64         `name:"disk-reserve" type:"size" default:"${disk_reserve}" help:"Free space below which calls are answered 503." group:"runs"`
	Grace       time.Duration `name:"shutdown-grace" default:"${shutdown_grace}" help:"Time that running executions have to reach a checkpoint after the first signal." group:"runs"`

	Retain        time.Duration `name:"retain" default:"${retain}" help:"How long accepted calls and their executions are kept; a workflow's options.retain goes before it. 0s: for ever." group:"keep"`
	RetainBytes   int64         `name:"retain-bytes" type:"size" default:"${retain_bytes}" help:"Disk space of calls, executions and files; beyond it the oldest are deleted. 0B: no limit." group:"keep"`
	RetainRefused time.Duration `name:"retain-refused" default:"${retain_refused}" help:"How long calls are kept that started nothing: refused, filtered, handshakes. 0s: for ever." group:"keep"`

	MaxNodes       int   `name:"max-nodes" default:"${max_nodes}" help:"Nodes of one workflow, those in branches included." group:"limits"`
	StepResult     int64 `name:"step-result" type:"size" default:"${step_result}" help:"Largest result of one step." group:"limits"`
	TemplateOutput int64 `name:"template-output" type:"size" default:"${template_output}" help:"What the templates of one step may render, such as the list that a record.create makes records of." group:"limits"`

	JournalBytes int64 `name:"journal-bytes" type:"size" default:"${journal_bytes}" help:"Largest journal of one execution; beyond it the execution is aborted." group:"limits"`
	JournalSteps int   `name:"journal-steps" default:"${journal_steps}" help:"Most steps of one execution; beyond it the execution is aborted." group:"limits"`

	ScriptTimeout time.Duration `name:"script-timeout" default:"${script_timeout}" help:"Time of one script when its node names none." group:"scripts"`
	ScriptMemory  int64         `name:"script-memory" type:"size" default:"${script_memory}" help:"Memory of one script when its node names none." group:"scripts"`
	ScriptWorkers int           `name:"script-workers" default:"${script_workers}" help:"Processes for script nodes; 0: one for each core." group:"scripts"`

	LogFormat string `name:"log-format" enum:"auto,text,json" default:"${log_format}" help:"auto, text or json; auto is text on a terminal, else json." group:"logs"`
	LogLevel  string `name:"log-level" enum:"debug,info,warn,error" default:"${log_level}" help:"debug, info, warn or error." group:"logs"`
}
