package archtest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestImportsGoDownOnly(t *testing.T) {
	t.Parallel()
	report(t, layerBreaches(load(t)))
}

func TestDriversAreKnownOnlyWhereTheyAreUsed(t *testing.T) {
	t.Parallel()
	report(t, driverBreaches(load(t)))
}

func TestNounsAndGroundDependOnNothingForeign(t *testing.T) {
	t.Parallel()
	report(t, foreignBreaches(load(t)))
}

func TestNoTestCodeIsLinkedIntoAProgram(t *testing.T) {
	t.Parallel()
	report(t, linkBreaches(load(t)))
}

func TestEveryKindIsOnALine(t *testing.T) {
	t.Parallel()
	report(t, orphanBreaches(load(t)))
}

// layerBreaches holds the table of layers, and that every acquaintance is still needed.
func layerBreaches(pkgs []pkg) []string {
	var out []string
	seen := make(map[[2]string]bool)
	for _, p := range pkgs {
		from := layerOf(p.room())
		if from == nil {
			out = append(out, fmt.Sprintf("%s has no place in the house: put it into a layer of internal/archtest/layers_test.go, or elsewhere", p.ImportPath))
			continue
		}
		for _, imported := range p.Imports {
			room := roomOf(imported)
			if room == "" {
				continue
			}
			pair := [2]string{p.room(), room}
			seen[pair] = true
			if reason := forbidden(from, p.room(), room); reason != "" {
				out = append(out, fmt.Sprintf("%s imports %s: %s", p.room(), room, reason))
			}
		}
	}
	for _, pair := range slices.SortedFunc(maps.Keys(acquainted()), func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) }) {
		if !seen[pair] {
			out = append(out, fmt.Sprintf("%s no longer imports %s: take the pair out of acquainted", pair[0], pair[1]))
		}
	}
	return out
}

// forbidden returns why a room of a layer may not import another room, or "".
func forbidden(from *layer, room, imported string) string {
	to := layerOf(imported)
	switch {
	case to == nil:
		return "the imported package has no place in the house"
	case to.name == from.name && (family(from, room, imported) || acquainted()[[2]string{room, imported}] != ""):
		return ""
	case slices.Contains(from.may, to.name):
		return ""
	case slices.Contains(from.may, own) && to.name == "contracts" && strings.HasPrefix(room, imported+"/"):
		return ""
	case to.name == from.name:
		return "rooms of one layer (" + to.name + ") are strangers; " + from.why
	default:
		return from.name + " may not use " + to.name + "; " + from.why
	}
}

// family reports whether two rooms of a layer are, or stand below, one folder that the layer lists with /**.
func family(l *layer, a, b string) bool {
	return slices.ContainsFunc(l.rooms, func(r string) bool {
		top, ok := strings.CutSuffix(r, "/**")
		return ok && under(a, top) && under(b, top)
	})
}

// layerOf returns the layer of a room, or nil. An exact name goes before a pattern.
func layerOf(room string) *layer {
	layers := house()
	for _, exact := range []bool{true, false} {
		for i, l := range layers {
			if slices.ContainsFunc(l.rooms, func(r string) bool { return r == room || !exact && matches(r, room) }) {
				return &layers[i]
			}
		}
	}
	return nil
}

// matches reports whether a room fits a pattern with /* or /** at its end.
func matches(pattern, room string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "**"); ok {
		return strings.HasPrefix(room, prefix) && room != prefix
	}
	ok, err := path.Match(pattern, room)
	return err == nil && ok
}

// driverBreaches holds that a product's name is known only to the rooms listed for it. The rooms
// below a listed one are included.
func driverBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		for _, imported := range p.Imports {
			for driver, rooms := range drivers() {
				if !under(imported, driver) || under(p.ImportPath, driver) {
					continue
				}
				if !slices.ContainsFunc(rooms, func(r string) bool { return under(p.room(), r) }) {
					out = append(out, fmt.Sprintf("%s imports %s, which only %v may: a product that is known in one place can be exchanged there", p.room(), imported, rooms))
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

// foreignBreaches holds that ground and nouns use the standard library alone, and that nouns do no I/O.
func foreignBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		l := layerOf(p.room())
		if l == nil || l.name != "ground" && l.name != "nouns" {
			continue
		}
		for _, imported := range p.Imports {
			if roomOf(imported) == "" && strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
				out = append(out, fmt.Sprintf("%s imports %s: %s stand on the standard library alone, or every package depends on that module", p.room(), imported, l.name))
			}
			if l.name == "nouns" && slices.Contains(inputOutput(), imported) {
				out = append(out, fmt.Sprintf("%s imports %s: nouns hold and decide, they do no I/O, so that every rule is tested without a disk", p.room(), imported))
			}
		}
	}
	return out
}

// linkBreaches holds that programs contain no test code. Programs that only tests start are meant too:
// what they measure must be what users run.
func linkBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		if p.Name != "main" {
			continue
		}
		for _, dep := range p.Deps {
			for _, only := range testOnly() {
				if under(dep, only) {
					out = append(out, fmt.Sprintf("%s links %s: test code in a program is a door that nobody watches", p.room(), dep))
				}
			}
		}
	}
	return out
}

// orphanBreaches holds that every kind's folder is imported by the list beside it.
func orphanBreaches(pkgs []pkg) []string {
	lists := map[string]string{"node": "node/kinds", "verify/preset": "verify/preset", "channel": "channel/kinds"}
	named := make(map[[2]string]bool)
	for _, p := range pkgs {
		for _, imported := range p.Imports {
			named[[2]string{p.room(), roomOf(imported)}] = true
		}
	}
	var out []string
	for _, p := range pkgs {
		l := layerOf(p.room())
		if l == nil || l.name != "kinds" {
			continue
		}
		list := lists[path.Dir(p.room())]
		if !named[[2]string{list, p.room()}] {
			out = append(out, fmt.Sprintf("%s is an orphan: %s does not list it, so no workflow can use it", p.room(), list))
		}
	}
	return out
}
