package archtest

// A layer is a set of packages that may import the same layers below. Packages of one layer do not import
// each other unless allowedSiblings lists the pair.
//
// A package is named by its path below internal/, or below the module's root when it starts with a slash.
// A trailing /* stands for one more element, /** for one or more; packages below one such folder may
// import each other. An exact name goes before a pattern; among patterns the first one wins.
type layer struct {
	name     string
	packages []string
	may      []string // names of layers
	why      string
}

// own, in may, is the contract whose folder a kind stands in: node for node/response.
const own = "own contract"

// layers is the table of ARCHITECTURE.md. An entry that matches no package fails the test.
func layers() []layer {
	var (
		ground    = []string{"ground"}
		nouns     = with(ground, "nouns")
		tools     = with(nouns, "tools")
		contracts = with(tools, "contracts")
		documents = with(contracts, "documents")
		built     = with(documents, "lists", "machines", "adapters")
		whole     = with(built, "assembly")
		sqlite    = with(contracts, "sqlite files", "sqlite transactions")
	)
	return []layer{
		{
			"ground", []string{"decimal", "errorcode", "fairshare", "fault", "clock", "histogram", "ident", "lifecycle", "nearest", "value"}, nil,
			"every package may import the ground, so the ground imports the standard library alone",
		},
		{
			"nouns", []string{"account", "audit", "hook", "flow", "flow/advance", "collection"}, ground,
			"every package reads the nouns; if they reached for a tool, every package would depend on it",
		},
		{
			"tools", []string{"clientip", "configdoc", "curl", "decode", "body", "expr", "expr/**", "markdown", "oidc", "outbound", "password", "query", "schema", "script", "script/**", "seal", "sheet", "throttle", "vault", "config", "webui"}, nouns,
			"a tool does one thing and can be tested and replaced alone",
		},
		{
			"contracts", []string{"store", "store/recordplan", "store/rowcodec", "store/rowmatch", "store/journalplan", "verify", "verify/vectors", "node", "channel"}, tools,
			"a contract is what machines and drivers agree on; it knows neither of them",
		},
		{
			"documents", []string{"document", "document/edit", "document/compare"}, contracts,
			"documents are read with the list of node kinds passed in, so that no machine has to know a kind",
		},
		{
			"suites", []string{"store/storetest", "node/nodetest", "verify/verifytest", "api/apitest", "channel/channeltest"}, contracts,
			"a suite or a fake serves every driver of its contract, so it imports none of them",
		},
		{
			"lists", []string{"node/kinds", "verify/preset", "channel/kinds"}, with(tools, own, "kinds"),
			"a list is the one line that one more kind adds, and nothing else",
		},
		{
			"mains", []string{"node/kinds/docgen", "channel/kinds/docgen", "/cmd/*", "/bench", "/bench/**", "/conformance", "/crash", "/crash/**", "/clients", "/examples", "/deploy"},
			with(whole, "handles", "sqlite files", "sqlite transactions"),
			"programs are started, never imported",
		},
		{
			"kinds", []string{"node/*", "verify/preset/*", "channel/*"}, with(tools, own),
			"a kind knows its own contract and tools, no store and no machine; so one more kind is one more folder",
		},
		{
			"machines", []string{"auth", "ingress", "engine", "engine/run", "engine/intake", "engine/waiters", "watch", "api", "janitor", "catalog", "variables", "retry", "bulk", "dryrun", "backup"}, documents,
			"machines meet only in app, through small interfaces that each declares for itself; so each is tested and moved alone",
		},
		{
			"adapters", []string{"store/sqlite", "store/blobdir", "telemetry/prom", "telemetry/otlp"}, with(sqlite, "sqlite rooms"),
			"who uses a contract must not be able to tell which adapter serves it",
		},
		{
			"sqlite rooms", []string{
				"store/sqlite/tables", "store/sqlite/dedupe", "store/sqlite/records", "store/sqlite/definitions",
				"store/sqlite/bulk", "store/sqlite/workflows", "store/sqlite/drafts", "store/sqlite/channels", "store/sqlite/variables", "store/sqlite/auditlog",
				"store/sqlite/accounts", "store/sqlite/retention", "store/sqlite/statistics", "store/sqlite/journal", "store/sqlite/plantest",
			}, sqlite,
			"a room owns its tables; what it takes from another room is listed among the siblings",
		},
		{
			"sqlite transactions", []string{"store/sqlite/schema", "store/sqlite/reader", "store/sqlite/writer"}, with(contracts, "sqlite files"),
			"transactions know no tables, so that their order and their errors are tested without any",
		},
		{
			"sqlite files", []string{"store/sqlite/conn", "store/sqlite/disk"}, contracts,
			"connections and files serve whatever is stored in them",
		},
		{
			"assembly", []string{"app"}, with(built, "kinds"),
			"only here are the names of drivers and kinds known",
		},
		{
			"handles", []string{"cli"}, whole,
			"commands and pages call app; behaviour lives below",
		},
		{
			"rules", []string{"archtest"}, nil,
			"the rules are about the other packages",
		},
	}
}

// allowedSiblings lists the imports within one layer, and why. A pair that is no longer imported fails the
// test.
func allowedSiblings() map[[2]string]string {
	return map[[2]string]string{
		{"verify/vectors", "verify"}:                        "a vector is a call for a verifier",
		{"node", "channel"}:                                 "a node that sends messages is checked against the kind of its channel",
		{"node/notify", "channel"}:                          "a message goes through a channel",
		{"oidc", "outbound"}:                                "a sign-in provider is reached through the guard",
		{"ident", "clock"}:                                  "an id begins with the millisecond in which it was made",
		{"flow", "hook"}:                                    "an execution keeps the reply of its Response node",
		{"value", "decimal"}:                                "an exact JSON value says what number its text is",
		{"query", "decode"}:                                 "durations are written as in documents",
		{"schema", "decode"}:                                "what is wrong with a schema is a problem of the document that holds it",
		{"flow/advance", "flow"}:                            "the decision function decides about flow's nouns",
		{"engine", "engine/intake"}:                         "the engine assembles its rooms",
		{"engine", "engine/run"}:                            "the engine assembles its rooms",
		{"engine", "engine/waiters"}:                        "the engine assembles its rooms",
		{"store/journalplan", "store"}:                      "its rules are about the contract's Accepts and Commits",
		{"store/journalplan", "store/recordplan"}:           "a Commit is valid if its operations are",
		{"store/sqlite/records", "store/sqlite/tables"}:     "records are rows of the tables",
		{"store/sqlite/definitions", "store/sqlite/tables"}: "definitions change the tables",
		{"store/sqlite/retention", "store/sqlite/tables"}:   "a blob that a row names is kept",
		{"store/sqlite/journal", "store/sqlite/records"}:    "a Commit applies operations on records",
		{"store/sqlite/journal", "store/sqlite/dedupe"}:     "an Accept claims its key",
		{"dryrun", "engine/run"}:                            "a run without effects is a run, with a journal in memory",
		{"dryrun", "ingress"}:                               "the call of a test passes the gates of a real one",
		{"store/sqlite/journal", "store/sqlite/statistics"}: "what a transaction writes is counted in it",
		{"engine/intake", "engine/run"}:                     "the intake decides which runs begin",
		{"/crash", "/bench/load"}:                           "crashes happen under the load that is measured",
		{"/crash", "/bench/process"}:                        "crashes happen to the programs that are measured",
		{"/crash/killer", "/bench/variant"}:                 "one server with a seam is enough",
	}
}

// drivers lists the modules and packages that belong to one product, and the packages that may import them.
func drivers() map[string][]string {
	return map[string][]string{
		"modernc.org/sqlite":               {"store/sqlite"},
		"database/sql":                     {"store/sqlite"},
		"github.com/pressly/goose":         {"store/sqlite"},
		"modernc.org/libquickjs":           {"script/vm"},
		"github.com/expr-lang/expr":        {"expr/compile"},
		"github.com/caddyserver/certmagic": {"app"},
		"code.dny.dev/ssrf":                {"outbound"},
		"github.com/coreos/go-oidc":        {"oidc"},
		"golang.org/x/oauth2":              {"oidc"},
		"github.com/wneessen/go-mail":      {"channel/email"},
		"github.com/prometheus":            {"telemetry/prom"},
		module + "/internal/store/sqlite":  {"app", "/bench", "/crash"},
		module + "/internal/node/kinds":    {"app", "node/kinds/docgen"},
	}
}

// inputOutput lists what the nouns may not import: they decide, they do not act.
func inputOutput() []string {
	return []string{"database/sql", "io/fs", "net", "net/http", "os", "os/exec", "os/signal", "path/filepath", "syscall"}
}

// with returns a new list of the names in both.
func with(names []string, more ...string) []string {
	return append(append([]string(nil), names...), more...)
}
