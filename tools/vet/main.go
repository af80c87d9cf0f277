// Program vet adds to `go vet` and staticcheck the analyzers that neither of them has. It runs as
// `go vet -vettool=vet`, so its results are in Go's build cache like those of go vet.
//
// A finding that is no mistake is silenced on its line: //nolint:NAME // REASON.
package main

import (
	"go/ast"
	"slices"
	"strings"

	"codeberg.org/polyfloyd/go-errorlint/errorlint"
	"github.com/gostaticanalysis/nilerr"
	"github.com/kisielk/errcheck/errcheck"
	"github.com/timakin/bodyclose/passes/bodyclose"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/modernize"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() {
	// A test is checked by running it, so it may drop errors.
	inCode := []*analysis.Analyzer{errcheck.Analyzer, unusedwrite.Analyzer}
	everywhere := append([]*analysis.Analyzer{
		errorlint.NewAnalyzer(), bodyclose.Analyzer, nilerr.Analyzer, nilness.Analyzer,
	}, modernize.Suite...)
	for _, a := range inCode {
		filter(a, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
	}
	for _, a := range everywhere {
		filter(a, func(string) bool { return false })
	}
	unitchecker.Main(append(inCode, everywhere...)...)
}

// filter drops an analyzer's findings in some files, in generated files and on lines that silence it.
func filter(a *analysis.Analyzer, skip func(file string) bool) {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		report := pass.Report
		pass.Report = func(d analysis.Diagnostic) {
			at := pass.Fset.Position(d.Pos)
			if !skip(at.Filename) && !silenced(pass, a.Name, at.Filename, at.Line) {
				report(d)
			}
		}
		return run(pass)
	}
}

// silenced reports whether a comment on the line names the analyzer and gives a reason.
func silenced(pass *analysis.Pass, name, file string, line int) bool {
	for _, f := range pass.Files {
		if pass.Fset.Position(f.Package).Filename != file {
			continue
		}
		if ast.IsGenerated(f) {
			return true
		}
		for _, group := range f.Comments {
			for _, c := range group.List {
				if pass.Fset.Position(c.Pos()).Line != line {
					continue
				}
				names, found := strings.CutPrefix(c.Text, "//nolint:")
				names, reason, _ := strings.Cut(names, " // ")
				if found && reason != "" && slices.Contains(strings.Split(names, ","), name) {
					return true
				}
			}
		}
	}
	return false
}
