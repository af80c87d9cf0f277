package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
)

// mayConnect lists the packages that may use net/http's client or dial, in addition to outbound, and why. A test
// server is a peer of its own tests, so test files may connect to it.
func mayConnect() map[string]string {
	return map[string]string{
		"cli":            "its commands call the API of a server that the operator names, also on this machine",
		"/bench":         "it measures a server that it starts",
		"/bench/load":    "it calls a server that bench starts",
		"/bench/process": "it starts servers and asks whether they are ready",
		"/crash":         "it calls a server that it kills",
	}
}

// clients lists what makes connections, by the import path of the package that has it.
func clients() map[string][]string {
	return map[string][]string{
		"net/http": {"Client", "Transport", "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm"},
		"net": {
			"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "Resolver", "DefaultResolver",
			"LookupAddr", "LookupCNAME", "LookupHost", "LookupIP", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT",
		},
		"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
		"net/smtp":   {"Dial", "SendMail"},
		"net/rpc":    {"Dial", "DialHTTP", "DialHTTPPath"},
		"syscall":    {"Connect", "Socket"},
	}
}

// outboundBreaches checks that only outbound and the packages of mayConnect make connections: the URL of a request may
// come from a sender, and only outbound checks which address is behind it.
func outboundBreaches(s source) []string {
	if s.test || s.pkg == "outbound" || mayConnect()[s.pkg] != "" {
		return nil
	}
	var out []string
	for _, use := range connects(s) {
		out = append(out, use+": only internal/outbound may connect to others, because it checks the address; take an *outbound.Client, or add the package to mayConnect with a reason")
	}
	return out
}

// connects returns the uses of clients in a file.
func connects(s source) []string {
	var out []string
	for _, path := range slices.Sorted(maps.Keys(clients())) {
		name := importName(s.file, path)
		if name == "" {
			continue
		}
		if name == "." {
			out = append(out, fmt.Sprintf("%s: imports %s without a name", s.name, path))
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == name && slices.Contains(clients()[path], sel.Sel.Name) {
				out = append(out, fmt.Sprintf("%s: %s.%s", s.at(sel), name, sel.Sel.Name))
			}
			return true
		})
	}
	return out
}

// staleDirect finds packages of mayConnect that make no connection.
func staleDirect(sources []source) []string {
	used := make(map[string]bool)
	for _, s := range sources {
		used[s.pkg] = used[s.pkg] || !s.test && len(connects(s)) > 0
	}
	var out []string
	for p := range mayConnect() {
		if !used[p] {
			out = append(out, fmt.Sprintf("%s makes no connection: remove it from mayConnect", p))
		}
	}
	return out
}
