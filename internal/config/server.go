package config

import "time"

// Server is every setting of `hookline serve`. Sizes are bytes. The tags are read by the parser of
// flags, environment and file: name is the flag, the file key and (in upper case, after HOOKLINE_)
// the environment variable; ${...} is a constant of this package (see Vars); secret values are masked
// wherever settings are printed.
type Server struct {
	Data      string `name:"data" placeholder:"DIR" default:"${data}" help:"Directory of the database and everything else that the server stores." group:"where"`
	Listen    string `name:"listen" placeholder:"ADDR" default:"${listen}" help:"Address of the API, and of the hooks unless --hooks-listen is set." group:"where"`
	Hooks     string `name:"hooks-listen" placeholder:"ADDR" help:"Separate address for the hooks; --listen then serves only the API." group:"where"`
	PublicURL string `name:"public-url" placeholder:"URL" help:"Base URL that senders use, e.g. https://hooks.example.com; shown in every URL. By default https and the first --domain, else the address that serves hooks." group:"where"`

	TLSCert    string   `name:"tls-cert" placeholder:"FILE" help:"Certificate chain (PEM) for HTTPS; reloaded when it changes and on SIGHUP. Requires --tls-key." group:"tls"`
	TLSKey     string   `name:"tls-key" placeholder:"FILE" help:"Private key (PEM) of --tls-cert." group:"tls"`
	Domains    []string `name:"domain" type:"list" placeholder:"NAME" help:"Host name to get a certificate for by ACME, e.g. hooks.example.com; separate several with commas. Certificates are stored in DATA/certs." group:"tls"`
	ACMEEmail  string   `name:"acme-email" placeholder:"EMAIL" help:"Contact address for the certificate authority. Setting it accepts the authority's terms." group:"tls"`
	ACMECA     string   `name:"acme-ca" placeholder:"URL" help:"ACME directory URL of a certificate authority other than Let's Encrypt." group:"tls"`
	ACMERoots  string   `name:"acme-ca-root" placeholder:"FILE" help:"Root certificates (PEM) to trust for --acme-ca, in addition to the system's." group:"tls"`
	HTTPListen string   `name:"http-listen" placeholder:"ADDR" help:"Address for plain HTTP in addition to HTTPS, e.g. :80: answers ACME's HTTP challenge, redirects browsers to HTTPS, and refuses hooks." group:"tls"`

	Workflows string `name:"workflows" placeholder:"DIR" help:"Directory of documents (*.yaml *.yml *.json) to load and publish." group:"docs"`
	Watch     bool   `name:"watch" help:"Reload --workflows whenever a file in it changes." group:"docs"`
	Prune     bool   `name:"prune" help:"Disable a workflow, and delete a channel, when its file is removed from --workflows." group:"docs"`

	Token     string `name:"token" secret:"true" help:"Token that the API requires; by default one is generated at the first start and stored in DATA/token." group:"access"`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File to read --token from." group:"access"`

	MasterKey             string `name:"master-key" secret:"true" help:"Key that seals stored secrets: 32 random bytes in base64 or hexadecimal. By default one is made at the first start and stored in DATA/master.key." group:"access"`
	MasterKeyFile         string `name:"master-key-file" placeholder:"FILE" help:"File to read --master-key from." group:"access"`
	MasterKeyPrevious     string `name:"master-key-previous" secret:"true" help:"The key before --master-key. Secrets that it has sealed are sealed anew at the start." group:"access"`
	MasterKeyPreviousFile string `name:"master-key-previous-file" placeholder:"FILE" help:"File to read --master-key-previous from." group:"access"`

	AdminEmail        string `name:"admin-email" placeholder:"EMAIL" help:"E-mail address of the first admin, who is created at the first start. Without it, the first start prints a set-up link." group:"signin"`
	AdminPassword     string `name:"admin-password" secret:"true" help:"Password of the first admin. It has no effect once there is an admin." group:"signin"`
	AdminPasswordFile string `name:"admin-password-file" placeholder:"FILE" help:"File to read --admin-password from." group:"signin"`

	SessionIdle     time.Duration `name:"session-idle" default:"${session_idle}" help:"Time without a request after which a person must sign in again." group:"signin"`
	SessionLifetime time.Duration `name:"session-lifetime" default:"${session_lifetime}" help:"Time after which a person must sign in again in any case." group:"signin"`

	OIDCIssuer           string   `name:"oidc-issuer" placeholder:"URL" help:"OpenID Connect provider with which people may sign in. On a private network, also set --allow-outbound." group:"signin"`
	OIDCClientID         string   `name:"oidc-client-id" placeholder:"ID" help:"This server's client id at the provider." group:"signin"`
	OIDCClientSecret     string   `name:"oidc-client-secret" secret:"true" help:"The secret of --oidc-client-id." group:"signin"`
	OIDCClientSecretFile string   `name:"oidc-client-secret-file" placeholder:"FILE" help:"File to read --oidc-client-secret from." group:"signin"`
	OIDCScopes           []string `name:"oidc-scopes" type:"list" placeholder:"SCOPE" help:"Scopes to ask the provider for; by default openid, profile and email." group:"signin"`
	OIDCRoleClaim        string   `name:"oidc-role-claim" placeholder:"NAME" help:"Claim of the ID token that gives people their role at every sign-in, e.g. groups." group:"signin"`
	OIDCRoles            []string `name:"oidc-roles" type:"list" placeholder:"VALUE=ROLE" help:"Roles of the values of --oidc-role-claim, e.g. ops=operator,platform=admin; of several, the highest counts." group:"signin"`
	OIDCDefaultRole      string   `name:"oidc-default-role" placeholder:"ROLE" help:"Role of people whose claim has none; without it they may not sign in." group:"signin"`
	OIDCRedirectURL      string   `name:"oidc-redirect-url" placeholder:"URL" help:"URL to which the provider sends the browser back; by default /api/oidc/callback on the host that the browser uses." group:"signin"`

	TrustedProxies []string      `name:"trusted-proxies" type:"list" placeholder:"CIDR" help:"Addresses or networks of the proxies whose X-Forwarded-For or Forwarded header is trusted, separated by commas." group:"access"`
	ProxyHeader    string        `name:"proxy-header" placeholder:"NAME" help:"The header that the trusted proxies set, X-Forwarded-For or Forwarded; by default the one that a call has, and neither of a call that has both." group:"access"`
	AllowIPs       []string      `name:"allow-ips" type:"list" placeholder:"CIDR" help:"Addresses or networks that may call hooks, separated by commas; by default all. A workflow's allowIPs restrict them further." group:"access"`
	AuthFailures   int           `name:"auth-failures" default:"${auth_failures}" help:"Wrong secrets from one address for one workflow within a minute before the address is locked out; 0: never." group:"access"`
	AuthLockout    time.Duration `name:"auth-lockout" default:"${auth_lockout}" help:"How long an address is locked out the first time; each further time twice as long, up to 15m or this value, whichever is longer." group:"access"`

	MaxBody       int64         `name:"max-body" type:"size" default:"${max_body}" help:"Largest body of a call; a workflow's maxBody overrides it." group:"calls"`
	MaxHeaders    int64         `name:"max-headers" type:"size" default:"${max_headers}" help:"Largest header section of a call." group:"calls"`
	MaxDepth      int           `name:"max-depth" default:"${max_depth}" help:"Deepest nesting of a JSON or form body." group:"calls"`
	HeaderTimeout time.Duration `name:"header-timeout" default:"${header_timeout}" help:"Time a caller has to send its headers." group:"calls"`
	BodyTimeout   time.Duration `name:"body-timeout" default:"${body_timeout}" help:"Time a caller has to send its whole request." group:"calls"`
	IdleTimeout   time.Duration `name:"idle-timeout" default:"${idle_timeout}" help:"Time an idle connection is kept open." group:"calls"`
	SyncTimeout   time.Duration `name:"sync-timeout" default:"${sync_timeout}" help:"Time that a caller of a sync workflow waits, unless the workflow sets its own." group:"calls"`
	WriteTimeout  time.Duration `name:"write-timeout" default:"${write_timeout}" help:"Time a caller has to read each 64 KiB of a response." group:"calls"`

	MaxConnections int   `name:"max-connections" default:"${max_connections}" help:"Open connections of each listener; when it is full, the one that has been idle longest is closed for a new one." group:"calls"`
	MaxPerAddress  int   `name:"max-connections-per-address" default:"${max_connections_per_address}" help:"Open connections from one caller's address (of IPv6, from one /64), except --trusted-proxies; 0: half of --max-connections." group:"calls"`
	MinBodyRate    int64 `name:"min-body-rate" type:"size" default:"${min_body_rate}" help:"When connections or an address's share of them are used up, one that sends a body more slowly than this per second, or nothing for 5 s, is closed for a new one." group:"calls"`

	Memory     int64 `name:"memory" type:"size" default:"${memory}" help:"Memory for the server and its script workers together; 0B: the limit of the cgroup (container), or 512MiB where there is none. Half of it is the server's heap (GOMEMLIMIT, unless that is set)." group:"calls"`
	BodyMemory int64 `name:"body-memory" type:"size" default:"${body_memory}" help:"Memory for all bodies that are being received or processed, of each the part over 16 KiB; when it is used up, calls with large bodies wait and are then answered with 503." group:"calls"`

	Backlog     int           `name:"backlog" default:"${backlog}" help:"Executions that may be queued or running; beyond it, calls are answered with 503." group:"runs"`
	Concurrency int           `name:"concurrency" default:"${concurrency}" help:"Executions that run at once (slots); waiting executions use none." group:"runs"`
	HandOff     int           `name:"hand-off" default:"${hand_off}" help:"Accepted executions that are handed to the engine in memory; it reads the rest from the database." group:"runs"`
	DiskReserve int64         `name:"disk-reserve" type:"size" default:"${disk_reserve}" help:"Free disk space below which calls are answered with 503." group:"runs"`
	Grace       time.Duration `name:"shutdown-grace" default:"${shutdown_grace}" help:"Time that running executions have to reach a checkpoint after the first signal to stop." group:"runs"`

	WorkflowShare int `name:"workflow-share" default:"${workflow_share}" help:"Percent of --concurrency, --hand-off, --backlog and --script-workers that one workflow gets while no other asks; the rest is kept for the next workflow. Several busy workflows get equal parts. 100: first come, first served." group:"runs"`

	Retain        time.Duration `name:"retain" default:"${retain}" help:"How long accepted calls and their executions are kept; a workflow's options.retain overrides it. 0s: forever." group:"keep"`
	RetainBytes   int64         `name:"retain-bytes" type:"size" default:"${retain_bytes}" help:"Disk space of calls, executions and files; beyond it the oldest are deleted, first those of calls that ran nothing, which have a tenth of it at most. 0B: no limit." group:"keep"`
	RetainRefused time.Duration `name:"retain-refused" default:"${retain_refused}" help:"How long calls that started nothing are kept: refused, filtered, handshakes. 0s: forever." group:"keep"`

	RetainAudit time.Duration `name:"retain-audit" default:"${retain_audit}" help:"How long entries of the audit log are kept. 0s: forever." group:"keep"`

	MaxNodes       int   `name:"max-nodes" default:"${max_nodes}" help:"Nodes of one workflow, including those in branches." group:"limits"`
	StepResult     int64 `name:"step-result" type:"size" default:"${step_result}" help:"Largest result of one step." group:"limits"`
	TemplateOutput int64 `name:"template-output" type:"size" default:"${template_output}" help:"Largest total output of the templates of one step, e.g. the list of a record.create." group:"limits"`

	JournalBytes int64 `name:"journal-bytes" type:"size" default:"${journal_bytes}" help:"Largest journal of one execution; beyond it the execution is aborted." group:"limits"`
	JournalSteps int   `name:"journal-steps" default:"${journal_steps}" help:"Most steps of one execution; beyond it the execution is aborted." group:"limits"`

	ScriptTimeout time.Duration `name:"script-timeout" default:"${script_timeout}" help:"Time limit of a script whose node sets none." group:"scripts"`
	ScriptMemory  int64         `name:"script-memory" type:"size" default:"${script_memory}" help:"Memory limit of a script whose node sets none." group:"scripts"`
	ScriptWorkers int           `name:"script-workers" default:"${script_workers}" help:"Worker processes for script nodes; 0: two per core, as one workflow gets its share of them." group:"scripts"`

	AllowOutbound   []string `name:"allow-outbound" type:"list" placeholder:"CIDR" help:"Addresses or networks that workflows may send to although they are not public, e.g. 10.0.0.0/8, or 127.0.0.0/8 for this machine; separated by commas." group:"outbound"`
	OutboundPorts   []string `name:"outbound-ports" type:"list" placeholder:"PORT" help:"The only ports that workflows may send to, e.g. 80,443; by default all." group:"outbound"`
	OutboundPerHost int      `name:"outbound-connections-per-host" default:"${outbound_connections_per_host}" help:"Open connections to one host and port; beyond it, requests wait." group:"outbound"`
	OutboundProxy   bool     `name:"outbound-proxy-from-env" help:"Send through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name. It resolves names, so it must refuse private addresses itself." group:"outbound"`

	MetricsToken     string `name:"metrics-token" secret:"true" help:"Token that GET /metrics requires as Authorization: Bearer; by default only this machine may read the metrics, and not through a proxy." group:"telemetry"`
	MetricsTokenFile string `name:"metrics-token-file" placeholder:"FILE" help:"File to read --metrics-token from." group:"telemetry"`

	OTLPEndpoint string  `name:"otlp-endpoint" placeholder:"URL" help:"Base URL of an OpenTelemetry collector that takes OTLP over HTTP, e.g. http://127.0.0.1:4318: traces of calls and executions are sent there. By default what OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT names, else nothing is traced." group:"telemetry"`
	TraceRatio   float64 `name:"trace-ratio" default:"${trace_ratio}" help:"Part of the calls that is traced, from 0 to 1; a call with a traceparent says itself whether it is." group:"telemetry"`

	LogFormat string `name:"log-format" enum:"auto,text,json" default:"${log_format}" help:"auto, text or json; auto is text on a terminal, else json." group:"logs"`
	LogLevel  string `name:"log-level" enum:"debug,info,warn,error" default:"${log_level}" help:"debug, info, warn or error." group:"logs"`
}
