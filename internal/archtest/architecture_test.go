package archtest

import "testing"

// TestArchitecture asks the go command for the packages once, and applies every rule to them.
func TestArchitecture(t *testing.T) {
	t.Parallel()
	pkgs := load(t)
	sources := parse(t, pkgs)
	for name, rule := range map[string]func([]pkg) []string{
		"imports go down only":                          layerBreaches,
		"every entry of the table is used":              staleEntries,
		"drivers are imported only where they are used": driverBreaches,
		"ground and nouns import no module":             foreignBreaches,
		"no test code is linked into a program":         linkBreaches,
		"every kind is listed":                          orphanBreaches,
		"every package says what it is for":             docBreaches,
	} {
		t.Run(name, func(t *testing.T) { report(t, rule(pkgs)) })
	}
	for name, rule := range map[string]func(source) []string{
		"files and functions are short":     lengthBreaches,
		"names say what is inside":          nameBreaches,
		"exported names have comments":      commentBreaches,
		"nothing runs before main":          initBreaches,
		"only the clock reads the time":     timeBreaches,
		"only programs print to the output": printBreaches,
		"only outbound connects to others":  outboundBreaches,
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range sources {
				report(t, rule(s))
			}
		})
	}
	t.Run("every exception of outbound is used", func(t *testing.T) { report(t, staleDirect(sources)) })
	t.Run("packages have no mutable state", func(t *testing.T) {
		for _, files := range byPackage(sources) {
			report(t, stateBreaches(files))
		}
	})
	t.Run("every direct dependency has its sentence", func(t *testing.T) { testDependencies(t, pkgs) })
}
