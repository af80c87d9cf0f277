package archtest

import (
	"strings"
	"testing"
)

// TestRulesSeeBreaches breaks each rule once, with invented packages, so that a rule that finds nothing is
// noticed.
func TestRulesSeeBreaches(t *testing.T) {
	t.Parallel()
	const m = module + "/internal/"
	tests := []struct {
		name string
		rule func([]pkg) []string
		pkgs []pkg
		want string // part of one breach; "" for none
	}{
		{"up", layerBreaches, []pkg{{ImportPath: m + "store", Imports: []string{m + "engine"}}}, "contracts may not import machines"},
		{"siblings", layerBreaches, []pkg{{ImportPath: m + "engine", Imports: []string{m + "ingress"}}}, "do not import each other"},
		{"down", layerBreaches, []pkg{{ImportPath: m + "engine", Imports: []string{m + "store", m + "document"}}}, ""},
		{"no layer", layerBreaches, []pkg{{ImportPath: m + "util"}}, "is in no layer"},
		{"kind and its contract", layerBreaches, []pkg{{ImportPath: m + "node/set", Imports: []string{m + "node", m + "expr"}}}, ""},
		{"kind and another contract", layerBreaches, []pkg{{ImportPath: m + "node/set", Imports: []string{m + "store"}}}, "kinds may not import contracts"},
		{"kind and kind", layerBreaches, []pkg{{ImportPath: m + "node/set", Imports: []string{m + "node/delay"}}}, "do not import each other"},
		{"family", layerBreaches, []pkg{{ImportPath: m + "store/sqlite", Imports: []string{m + "store/sqlite/conn"}}}, ""},
		{"adapter and adapter", layerBreaches, []pkg{{ImportPath: m + "store/sqlite", Imports: []string{m + "store/blobdir"}}}, "do not import each other"},
		{"program imported", layerBreaches, []pkg{{ImportPath: m + "app", Imports: []string{module + "/bench"}}}, "assembly may not import mains"},
		{"stale pair", staleEntries, []pkg{{ImportPath: m + "ident"}}, "ident does not import clock"},
		{"stale package", staleEntries, []pkg{{ImportPath: m + "ident"}}, `no package matches "clock" of layer ground`},
		{"driver", driverBreaches, []pkg{{ImportPath: m + "engine", Imports: []string{"modernc.org/sqlite"}}}, "which only [store/sqlite] may"},
		{"driver by its own package", driverBreaches, []pkg{{ImportPath: m + "cli", Imports: []string{m + "store/sqlite"}}}, "which only [app /bench /crash] may"},
		{"driver at home", driverBreaches, []pkg{{ImportPath: m + "store/sqlite", Imports: []string{"modernc.org/sqlite/lib"}}}, ""},
		{"module in a noun", foreignBreaches, []pkg{{ImportPath: m + "flow", Imports: []string{"github.com/google/uuid"}}}, "standard library alone"},
		{"disk in a noun", foreignBreaches, []pkg{{ImportPath: m + "flow", Imports: []string{"os"}}}, "no I/O"},
		{"testing in a program", linkBreaches, []pkg{{ImportPath: module + "/cmd/hookline", Name: "main", Deps: []string{"testing"}}}, "links testing"},
		{"suite in a program", linkBreaches, []pkg{{ImportPath: m + "store/storetest"}, {ImportPath: module + "/bench", Name: "main", Deps: []string{m + "store/storetest"}}}, "links " + m + "store/storetest"},
		{"module of tests in a program", linkBreaches, []pkg{{ImportPath: m + "flow", XTestImports: []string{"pgregory.net/rapid"}}, {ImportPath: module + "/bench", Name: "main", Deps: []string{"pgregory.net/rapid"}}}, "links pgregory.net/rapid"},
		{"orphan", orphanBreaches, []pkg{{ImportPath: m + "node/kinds"}, {ImportPath: m + "node/set"}}, "node/set is in no list"},
		{"orphan channel", orphanBreaches, []pkg{{ImportPath: m + "channel/kinds", Imports: []string{m + "channel/slack"}}, {ImportPath: m + "channel/slack"}, {ImportPath: m + "channel/pager"}}, "channel/pager is in no list"},
		{"listed", orphanBreaches, []pkg{{ImportPath: m + "node/kinds", Imports: []string{m + "node/set"}}, {ImportPath: m + "node/set"}}, ""},
	}
	for _, tt := range tests {
		got := tt.rule(tt.pkgs)
		if tt.want == "" {
			report(t, got)
			continue
		}
		if !strings.Contains(strings.Join(got, "\n"), tt.want) {
			t.Errorf("%s: no breach contains %q, got %q", tt.name, tt.want, got)
		}
	}
}

// TestSourceRulesSeeBreaches gives each rule about source text lines to allow and lines to refuse.
func TestSourceRulesSeeBreaches(t *testing.T) {
	t.Parallel()
	state := func(s source) []string { return stateBreaches([]source{s}) }
	tests := []struct {
		name string
		rule func(source) []string
		file string
		text string
		want string
	}{
		{"init", initBreaches, "a.go", `func init() {}`, "init()"},
		{"method init", initBreaches, "a.go", `type t int; func (t) init() {}`, ""},
		{"now", timeBreaches, "a.go", `import "time"; func f() { _ = time.Now() }`, "time.Now"},
		{"since", timeBreaches, "a.go", `import clk "time"; func f(t clk.Time) { _ = clk.Since(t) }`, "time.Since"},
		{"sleep in code", timeBreaches, "a.go", `import "time"; func f() { time.Sleep(1) }`, ""},
		{"sleep in a test", timeBreaches, "a_test.go", `import "time"; func f() { time.Sleep(1) }`, "time.Sleep"},
		{"print", printBreaches, "a.go", `import "fmt"; func f() { fmt.Println() }`, "own output"},
		{"builtin print", printBreaches, "a.go", `func f() { println() }`, "own output"},
		{"write", printBreaches, "a.go", `import "fmt"; func f() { fmt.Fprintln(nil) }`, ""},
		{"client", outboundBreaches, "a.go", `import "net/http"; var c http.Client`, "only internal/outbound"},
		{"default client", outboundBreaches, "a.go", `import web "net/http"; func f() { web.Get("x") }`, "web.Get"},
		{"transport", outboundBreaches, "a.go", `import "net/http"; func f() any { return &http.Transport{} }`, "http.Transport"},
		{"dial", outboundBreaches, "a.go", `import "net"; func f() { net.Dial("tcp", "x") }`, "net.Dial"},
		{"dialer", outboundBreaches, "a.go", `import "net"; var d net.Dialer`, "net.Dialer"},
		{"TLS", outboundBreaches, "a.go", `import "crypto/tls"; func f() { tls.Dial("tcp", "x", nil) }`, "tls.Dial"},
		{"look-up", outboundBreaches, "a.go", `import "net"; func f() { net.LookupHost("x") }`, "net.LookupHost"},
		{"without a name", outboundBreaches, "a.go", `import . "net"; func f() { Dial("tcp", "x") }`, "without a name"},
		{"server", outboundBreaches, "a.go", `import ("net"; "net/http"); var s http.Server; func f() { net.Listen("tcp", "x") }`, ""},
		{"client in a test", outboundBreaches, "a_test.go", `import "net/http"; var c http.Client`, ""},
		{"comment", commentBreaches, "a.go", `func F() {}`, "F is exported"},
		{"comment of a type", commentBreaches, "a.go", `type T int`, "T is exported"},
		{"comment of a method", commentBreaches, "a.go", "// T is.\ntype T int; func (*T) M() {}", "M is exported"},
		{"comment of a group", commentBreaches, "a.go", "\n// Both.\nconst ( A = 1; B = 2 )", ""},
		{"unexported", commentBreaches, "a.go", `type t int; func (t) M() {}; func f() {}`, ""},
		{"long function", lengthBreaches, "a.go", "func f() {\n" + strings.Repeat("\n", maxFuncLines+1) + "}", "f has 81 lines"},
		{"long test", lengthBreaches, "a_test.go", "func f() {\n" + strings.Repeat("\n", maxFuncLines+1) + "}", ""},
		{"long file", lengthBreaches, "a_test.go", strings.Repeat("\n", maxLines), "has 501 lines"},
		{"empty name", nameBreaches, "x_util.go", "", "says nothing"},
		{"guard", state, "a.go", `var _ error = t{}`, ""},
		{"error", state, "a.go", `import "errors"; var ErrX = errors.New("x")`, ""},
		{"embed", state, "a.go", "import \"embed\"\n//go:embed *\nvar files embed.FS", ""},
		{"pattern", state, "a.go", `import "regexp"; var word = regexp.MustCompile("x")`, ""},
		{"table", state, "a.go", `var names = [...]string{"a"}; func f() string { return names[0] }`, ""},
		{"table written", state, "a.go", `var names = [...]string{"a"}; func f() { names[0] = "b" }`, "written to at a.go:1"},
		{"map written", state, "a.go", `var m = map[string]int{}; func f() { delete(m, "a") }`, "written to"},
		{"address", state, "a.go", `var n = 1; func f() *int { return &n }`, "written to"},
		{"shadowed", state, "a.go", `var n = 1; func f() { n := 2; n++; _ = n }`, ""},
		{"counter", state, "a.go", `import "sync/atomic"; var n atomic.Int64`, "not set where it is declared"},
		{"lock", state, "a.go", `import "sync"; var mu = sync.Mutex{}`, "lock or a counter"},
		{"pool", state, "a.go", `import "sync"; var pool = sync.Pool{New: func() any { return 1 }}`, ""},
		{"pointer", state, "a.go", `type t struct{}; var x = &t{}`, "pointer"},
		{"made", state, "a.go", `var m = make(map[string]int)`, "made empty"},
		{"exported table", state, "a.go", `var Names = []string{"a"}`, "exported"},
		{"flag in a test", state, "a_test.go", `import "flag"; var update = flag.Bool("update", false, "")`, ""},
	}
	for _, tt := range tests {
		s, err := parseText(tt.file, "x", []byte("package x; "+tt.text+"\n"))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		got := strings.Join(tt.rule(s), "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
