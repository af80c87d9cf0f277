package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ProgramVar is the environment variable with the path of a prebuilt hookline binary.
const ProgramVar = "E2E_PROGRAM"

// Hookline returns the path of a hookline binary: the one that ProgramVar names, or one that it builds into
// dir. `make e2e` builds the binary once and sets the variable; otherwise every package of end-to-end tests
// would compile the same program at the same time.
func Hookline(ctx context.Context, root, dir string) (string, error) {
	program := os.Getenv(ProgramVar)
	if program == "" {
		return Build(ctx, root, "./cmd/hookline", dir)
	}
	if !filepath.IsAbs(program) {
		return "", fmt.Errorf("%s must be an absolute path, not %s: tests run in their own folders", ProgramVar, program)
	}
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%s: %w", ProgramVar, err)
	}
	return program, nil
}

// Build compiles a main package of this module, e.g. "./cmd/hookline", into dir and returns the
// path of the program. root is the module's folder. The flags are those of the Makefile, so that both use
// the same entries of Go's build cache.
func Build(ctx context.Context, root, pkg, dir string) (string, error) {
	program, err := filepath.Abs(filepath.Join(dir, filepath.Base(pkg)))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program, pkg)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return program, nil
}

// Root returns the module's folder: the current directory or the nearest parent with a go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the current directory: run this inside the repository")
		}
		dir = parent
	}
}
