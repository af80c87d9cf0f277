package cli

import (
	"os"
	"path/filepath"
	"slices"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/document"
)

// readDocuments reads a file or directory of documents and checks them as a server does that has the given plain variables.
func readDocuments(name string, plain ...string) (document.Bundle, []document.Problem, error) {
	known := app.Known()
	known.Plain = func(variable string) bool { return slices.Contains(plain, variable) }
	info, err := os.Stat(name)
	if err != nil {
		return document.Bundle{}, nil, err
	}
	if info.IsDir() {
		bundle, problems := document.Load(os.DirFS(name), name, known)
		return bundle, problems, nil
	}
	dir, base := filepath.Split(name)
	prefix := dir
	if dir == "" {
		dir = "."
	}
	bundle, problems := document.LoadFiles(os.DirFS(dir), prefix, []string{base}, known)
	return bundle, problems, nil
}
