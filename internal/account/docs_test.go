package account_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
)

// TestTheDocumentedRolesAreThoseOfTheTable compares the table of docs/accounts.md with the code.
func TestTheDocumentedRolesAreThoseOfTheTable(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "accounts.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| to … | lowest role | also with a key that is bound to workflows |\n|---|---|---|\n")
	for _, g := range account.Grants() {
		bound := "no"
		if g.Workflow {
			bound = "yes"
		}
		fmt.Fprintf(&want, "| %s | %s | %s |\n", g.What, g.Lowest, bound)
	}
	if !strings.Contains(string(page), want.String()+"\n") {
		t.Errorf("docs/accounts.md does not have this table:\n%s", want.String())
	}
}
