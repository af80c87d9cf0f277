package archtest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// layerBreaches checks every import against the table of layers.
func layerBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		from := layerOf(p.short())
		if from == nil {
			out = append(out, fmt.Sprintf("%s is in no layer: add it to internal/archtest/layers_test.go", p.ImportPath))
			continue
		}
		for _, imported := range p.Imports {
			short := shortOf(imported)
			if short == "" {
				continue
			}
			if reason := forbidden(from, p.short(), short); reason != "" {
				out = append(out, fmt.Sprintf("%s imports %s: %s", p.short(), short, reason))
			}
		}
	}
	return out
}

// staleEntries finds patterns of the table that match no package, and pairs that are not imported.
func staleEntries(pkgs []pkg) []string {
	var out []string
	for _, l := range layers() {
		for _, pattern := range l.packages {
			if !slices.ContainsFunc(pkgs, func(p pkg) bool { return p.short() == pattern || matches(pattern, p.short()) }) {
				out = append(out, fmt.Sprintf("no package matches %q of layer %s: remove it from layers", pattern, l.name))
			}
		}
	}
	used := make(map[[2]string]bool)
	for _, p := range pkgs {
		for _, imported := range p.Imports {
			used[[2]string{p.short(), shortOf(imported)}] = true
		}
	}
	for pair := range maps.Keys(allowedSiblings()) {
		if !used[pair] {
			out = append(out, fmt.Sprintf("%s does not import %s: remove the pair from allowedSiblings", pair[0], pair[1]))
		}
	}
	return out
}

// forbidden returns why a package of a layer may not import another package, or "".
func forbidden(from *layer, importer, imported string) string {
	to := layerOf(imported)
	switch {
	case to == nil:
		return "the imported package is in no layer"
	case to.name == from.name && (family(from, importer, imported) || allowedSiblings()[[2]string{importer, imported}] != ""):
		return ""
	case slices.Contains(from.may, to.name):
		return ""
	case slices.Contains(from.may, own) && to.name == "contracts" &&
		(strings.HasPrefix(importer, imported+"/") || allowedSiblings()[[2]string{importer, imported}] != ""):
		return ""
	case to.name == from.name:
		return "packages of one layer (" + to.name + ") do not import each other; " + from.why
	default:
		return from.name + " may not import " + to.name + "; " + from.why
	}
}

// family reports whether two packages of a layer are, or stand below, one folder that the layer lists with /**.
func family(l *layer, a, b string) bool {
	return slices.ContainsFunc(l.packages, func(pattern string) bool {
		top, ok := strings.CutSuffix(pattern, "/**")
		return ok && under(a, top) && under(b, top)
	})
}

// layerOf returns the layer of a package, or nil. An exact name goes before a pattern.
func layerOf(short string) *layer {
	all := layers()
	for _, exact := range []bool{true, false} {
		for i, l := range all {
			if slices.ContainsFunc(l.packages, func(p string) bool { return p == short || !exact && matches(p, short) }) {
				return &all[i]
			}
		}
	}
	return nil
}

// matches reports whether a package matches a pattern with /* or /** at its end.
func matches(pattern, short string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "**"); ok {
		return strings.HasPrefix(short, prefix) && short != prefix
	}
	ok, err := path.Match(pattern, short)
	return err == nil && ok
}

// driverBreaches checks that only the packages listed for a product, and those below them, import it.
func driverBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		for _, imported := range p.Imports {
			for driver, users := range drivers() {
				if !under(imported, driver) || under(p.ImportPath, driver) {
					continue
				}
				if !slices.ContainsFunc(users, func(user string) bool { return under(p.short(), user) }) {
					out = append(out, fmt.Sprintf("%s imports %s, which only %v may: a product that is known in one place can be exchanged there", p.short(), imported, users))
				}
			}
		}
	}
	return out
}

// under reports whether an import path is the given one or below it.
func under(importPath, top string) bool {
	return importPath == top || strings.HasPrefix(importPath, top+"/")
}

// foreignBreaches checks that ground and nouns import no module, and that nouns do no I/O.
func foreignBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		l := layerOf(p.short())
		if l == nil || l.name != "ground" && l.name != "nouns" {
			continue
		}
		for _, imported := range p.Imports {
			if isForeign(imported) {
				out = append(out, fmt.Sprintf("%s imports %s: %s import the standard library alone, or every package depends on that module", p.short(), imported, l.name))
			}
			if l.name == "nouns" && slices.Contains(inputOutput(), imported) {
				out = append(out, fmt.Sprintf("%s imports %s: nouns do no I/O, so that every rule is tested without a disk", p.short(), imported))
			}
		}
	}
	return out
}

// isForeign reports whether an import path belongs to another module.
func isForeign(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".") && shortOf(importPath) == ""
}

// linkBreaches checks that programs contain no test code. Programs that only tests start are included:
// what they measure must be what users run.
func linkBreaches(pkgs []pkg) []string {
	only := testOnly(pkgs)
	var out []string
	for _, p := range pkgs {
		if p.Name != "main" {
			continue
		}
		for _, dep := range p.Deps {
			if slices.ContainsFunc(only, func(o string) bool { return under(dep, o) }) {
				out = append(out, fmt.Sprintf("%s links %s: a program contains no test code", p.short(), dep))
			}
		}
	}
	return out
}

// testOnly returns import paths that, with all below them, may not be linked into a program: the standard
// library's for tests, our suites, and the modules that only tests and suites import.
func testOnly(pkgs []pkg) []string {
	only := []string{"testing", "net/http/httptest"}
	inTests, inCode := make(map[string]bool), make(map[string]bool)
	for _, p := range pkgs {
		code := inCode
		if l := layerOf(p.short()); l != nil && l.name == "suites" {
			only = append(only, p.ImportPath)
			code = inTests
		}
		for _, imported := range p.Imports {
			code[top(imported)] = true
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			inTests[top(imported)] = true
		}
	}
	for module := range maps.Keys(inTests) {
		if isForeign(module) && !inCode[module] {
			only = append(only, module)
		}
	}
	return only
}

// top returns the first three elements of an import path, which name a module or a part of one.
func top(importPath string) string {
	elements := strings.SplitN(importPath, "/", 4)
	return strings.Join(elements[:min(len(elements), 3)], "/")
}

// orphanBreaches checks that every kind is imported by a list.
func orphanBreaches(pkgs []pkg) []string {
	listed := make(map[string]bool)
	for _, p := range pkgs {
		if l := layerOf(p.short()); l != nil && l.name == "lists" {
			for _, imported := range p.Imports {
				listed[shortOf(imported)] = true
			}
		}
	}
	var out []string
	for _, p := range pkgs {
		if l := layerOf(p.short()); l != nil && l.name == "kinds" && !listed[p.short()] {
			out = append(out, fmt.Sprintf("%s is in no list, so no document can use it: add a line to the list of its kind", p.short()))
		}
	}
	return out
}
