package cli

import (
	"os"
	"path/filepath"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/document"
)

// readDocuments reads a file or directory of documents and checks them as the server does.
func readDocuments(name string) (document.Bundle, []document.Problem, error) {
	info, err := os.Stat(name)
	if err != nil {
		return document.Bundle{}, nil, err
	}
	if info.IsDir() {
		bundle, problems := document.Load(os.DirFS(name), name, app.Known())
		return bundle, problems, nil
	}
	dir, base := filepath.Split(name)
	prefix := dir
	if dir == "" {
		dir = "."
	}
	bundle, problems := document.LoadFiles(os.DirFS(dir), prefix, []string{base}, app.Known())
	return bundle, problems, nil
}
