package errorcode

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
)

func TestEachCodeIsThereOnceAndSaysWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range All() {
		name := string(e.Area) + "." + e.Code
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		for what, text := range map[string]string{"sentence": e.Sentence, "cause": e.Cause, "next step": e.Next} {
			if !strings.HasSuffix(text, ".") || strings.ToUpper(text[:1]) != text[:1] && text[0] != '-' {
				t.Errorf("the %s of %s is no sentence: %q", what, name, text)
			}
		}
		if found, ok := Find(e.Area, e.Code); !ok || found != e {
			t.Errorf("Find does not find %s", name)
		}
	}
	if _, ok := Find(Document, "nothing"); ok {
		t.Error("Find finds a code that is not there")
	}
}

// TestEveryCodeOfTheProgramIsInTheCatalogue reads the constants of the packages that make the codes.
func TestEveryCodeOfTheProgramIsInTheCatalogue(t *testing.T) {
	for _, source := range []struct {
		area   Area
		folder string
		is     func(name, typ string) bool
	}{
		{Step, "flow", func(name, _ string) bool { return strings.HasPrefix(name, "Code") }},
		{Record, "collection", func(name, _ string) bool { return strings.HasPrefix(name, "Code") }},
		{Gate, "verify", func(_, typ string) bool { return typ == "Reason" }},
		{Gate, "ingress", func(name, _ string) bool { return strings.HasPrefix(name, "code") }},
		{Call, "ingress", func(name, _ string) bool { return strings.HasPrefix(name, "problem") && name != "problemType" }},
	} {
		codes := constants(t, "../"+source.folder, source.is)
		if len(codes) < 3 {
			t.Errorf("only the constants %v were found in %s", codes, source.folder)
		}
		for _, code := range codes {
			if _, ok := Find(source.area, code); !ok && code != "" {
				t.Errorf("the catalogue has no %s.%s, a constant in %s", source.area, code, source.folder)
			}
		}
	}
	for kind := fault.Internal; kind <= fault.Limit; kind++ {
		if _, ok := Find(Request, kind.String()); !ok {
			t.Errorf("the catalogue has no api.%s, a kind of fault", kind)
		}
	}
}

// constants returns the values of the text constants of a package that is reports.
func constants(t *testing.T, folder string, is func(name, typ string) bool) (values []string) {
	t.Helper()
	files, err := filepath.Glob(folder + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				one := spec.(*ast.ValueSpec)
				typ, _ := one.Type.(*ast.Ident)
				text, quoted := literal(one)
				if quoted && (typ != nil && is(one.Names[0].Name, typ.Name) || typ == nil && is(one.Names[0].Name, "")) {
					values = append(values, text)
				}
			}
		}
	}
	return values
}

// literal returns the text of a constant with one text literal.
func literal(one *ast.ValueSpec) (text string, ok bool) {
	if len(one.Values) != 1 {
		return "", false
	}
	lit, ok := one.Values[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
