package account

import "testing"

func TestARoleHasThePermissionsOfTheRolesBelowIt(t *testing.T) {
	for _, g := range Grants() {
		had := false
		for _, role := range Roles() {
			has := Principal{Role: role}.May(g.Permission)
			if had && !has {
				t.Errorf("%s lacks %s, which a lower role has", role, g.Permission)
			}
			if want := role.AtLeast(g.Lowest); has != want {
				t.Errorf("%s has %s: %v, want %v", role, g.Permission, has, want)
			}
			had = has
		}
	}
}

func TestABoundPrincipalHasOnlyPermissionsAboutWorkflows(t *testing.T) {
	bound := Principal{Kind: ByKey, Role: Admin, Workflows: []string{"orders"}}
	for _, g := range Grants() {
		if got := bound.May(g.Permission); got != g.Workflow {
			t.Errorf("a bound admin has %s: %v, want %v", g.Permission, got, g.Workflow)
		}
	}
	if !bound.Sees("orders") || bound.Sees("invoices") {
		t.Error("a bound principal sees its own workflow and no other")
	}
	if !(Principal{Role: Viewer}).Sees("invoices") {
		t.Error("a principal that is not bound sees every workflow")
	}
}

func TestUnknownRolesAndPermissionsAllowNothing(t *testing.T) {
	if (Principal{}).May(ReadWorkflows) || (Principal{Role: "root"}).May(ReadWorkflows) {
		t.Error("no role may do anything without being known")
	}
	if (Principal{Role: Admin}).May("workflows.sell") {
		t.Error("an unknown permission is nobody's")
	}
	if Role("root").AtLeast(Viewer) || Admin.AtLeast("root") {
		t.Error("an unknown role is above and below nothing")
	}
}

func TestEachPermissionIsInTheTableOnce(t *testing.T) {
	seen := map[Permission]bool{}
	for _, g := range Grants() {
		if seen[g.Permission] || !g.Lowest.Known() || g.What == "" {
			t.Errorf("the line of %q is wrong: %+v", g.Permission, g)
		}
		seen[g.Permission] = true
	}
}
