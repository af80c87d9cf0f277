package archtest

// A layer is a set of rooms that may use the same layers below. Rooms of one layer are strangers to
// each other unless acquainted lists the pair. A room is a package path below internal/, or below
// the module's root when it starts with a slash; a trailing /* stands for one more element, /**
// for one or more; rooms below one such folder are a family and may know each other. The first layer that has a room for a package is its layer.
type layer struct {
	name  string
	rooms []string
	may   []string // names of layers
	why   string
}

// own, in may, is the contract whose folder a kind stands in: node for node/response.
const own = "own contract"

// house is the table of ARCHITECTURE.md, section "Layers".
func house() []layer {
	var (
		ground    = []string{"ground"}
		nouns     = with(ground, "nouns")
		tools     = with(nouns, "tools")
		contracts = with(tools, "contracts")
		documents = with(contracts, "documents")
		built     = with(documents, "lists", "machines", "adapters")
		whole     = with(built, "assembly")
	)
	return []layer{
		{
			"ground", []string{"decimal", "fault", "clock", "ident", "lifecycle", "nearest", "telemetry", "value"}, nil,
			"everything stands on the ground, so the ground stands on the standard library alone",
		},
		{
			"nouns", []string{"hook", "flow", "flow/advance", "collection", "account"}, ground,
			"every package reads the nouns; if they reached for a tool, every package would depend on it",
		},
		{
			"tools", []string{"decode", "body", "expr", "expr/**", "schema", "script", "script/**", "outbound", "sheet", "throttle", "vault", "config"}, nouns,
			"a tool does one thing and can be tested and replaced alone",
		},
		{
			"contracts", []string{"store", "verify", "node", "channel"}, tools,
			"a contract is what machines and drivers agree on; it knows neither of them",
		},
		{
			"documents", []string{"document"}, contracts,
			"documents are read with the list of node kinds passed in, so that no machine has to know a kind",
		},
		{
			"suites", []string{"store/storetest", "node/nodetest", "verify/verifytest", "api/apitest"}, contracts,
			"a suite tests every driver of its contract, so it may know none of them; nor may what stands in for one",
		},
		{
			"lists", []string{"node/kinds", "verify/preset", "channel/kinds"}, with(tools, own, "kinds"),
			"a list is the one line that one more kind adds, and nothing else",
		},
		{
			"mains", []string{"node/kinds/docgen", "/cmd/*", "/bench", "/bench/**", "/crash", "/crash/**", "/clients", "/examples", "/scripts/**"},
			with(whole, "handles"),
			"programs are started, never imported",
		},
		{
			"kinds", []string{"node/*", "verify/preset/*", "channel/*"}, with(tools, own),
			"a kind knows its own contract and tools, no store and no machine; so one more kind is one more folder",
		},
		{
			"machines", []string{"ingress", "engine", "engine/run", "engine/intake", "engine/waiters", "watch", "api", "janitor", "catalog"}, documents,
			"machines meet only in app, through small interfaces that each declares for itself; so each is tested and moved alone",
		},
		{
			"adapters", []string{"store/sqlite", "store/sqlite/**", "store/blobdir", "store/postgres", "store/postgres/**", "telemetry/prom"}, contracts,
			"who uses a contract must not be able to tell which adapter serves it",
		},
		{
			"assembly", []string{"app"}, with(built, "kinds"),
			"only here are the names of drivers and kinds known",
		},
		{
			"handles", []string{"cli", "webui"}, whole,
			"commands and pages hold on to app; behaviour lives below",
		},
		{
			"rules", []string{"archtest"}, nil,
			"the rules are about the house, not part of it",
		},
	}
}

// acquainted lists the pairs within one layer that know each other, and why. A pair that is not
// used any more fails the test, so the list stays true.
func acquainted() map[[2]string]string {
	return map[[2]string]string{
		{"ident", "clock"}:                  "an id begins with the millisecond in which it was made",
		{"flow", "hook"}:                    "an execution keeps the reply of its Response node",
		{"value", "decimal"}:                "an exact JSON value says what number its text is",
		{"schema", "decode"}:                "what is wrong with a schema is a problem of the document that holds it",
		{"flow/advance", "flow"}:            "the decision function decides about flow's nouns",
		{"engine", "engine/intake"}:         "the engine assembles its rooms",
		{"engine", "engine/run"}:            "the engine assembles its rooms",
		{"engine", "engine/waiters"}:        "the engine assembles its rooms",
		{"engine/intake", "engine/run"}:     "the intake decides which runs begin",
		{"/crash", "/bench/load"}:           "crashes happen under the load that is measured",
		{"/crash", "/bench/process"}:        "crashes happen to the programs that are measured",
		{"/crash/killer", "/bench/variant"}: "one server with a seam is enough",
	}
}

// drivers names the modules and packages that know one product, and the rooms that may import them.
func drivers() map[string][]string {
	return map[string][]string{
		"modernc.org/sqlite":                {"store/sqlite"},
		"zombiezen.com/go/sqlite":           {"store/sqlite"},
		"database/sql":                      {"store/sqlite", "store/postgres"},
		"github.com/pressly/goose":          {"store/sqlite", "store/postgres"},
		"github.com/jackc/pgx":              {"store/postgres"},
		"github.com/nats-io/nats.go":        {},
		"modernc.org/quickjs":               {"script/vm"},
		"modernc.org/libquickjs":            {"script/vm"},
		"github.com/expr-lang/expr":         {"expr/compile"},
		"github.com/caddyserver/certmagic":  {"app"},
		module + "/internal/store/sqlite":   {"app", "/bench", "/crash"},
		module + "/internal/store/postgres": {"app"},
		module + "/internal/node/kinds":     {"app", "node/kinds/docgen"},
	}
}

// inputOutput lists what the nouns may not import: they hold and decide, they do not act.
func inputOutput() []string {
	return []string{"database/sql", "io/fs", "net", "net/http", "os", "os/exec", "os/signal", "path/filepath", "syscall"}
}

// testOnly lists import paths, or their beginnings, that may not be linked into a program.
func testOnly() []string {
	return []string{
		"testing", "net/http/httptest", "pgregory.net/rapid", "github.com/google/go-cmp",
		module + "/internal/store/storetest", module + "/internal/node/nodetest", module + "/internal/verify/verifytest", module + "/internal/api/apitest",
	}
}

// with returns a new list of the names in both.
func with(names []string, more ...string) []string {
	return append(append([]string(nil), names...), more...)
}
