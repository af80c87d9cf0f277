package expr_test

import (
	"sync"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

func TestOneTemplateServesManyExecutionsAtOnce(t *testing.T) {
	c, problems := expr.CompileValue(value.Trusted(`{"a":"{{ map($context.data.items, {let x = .id ?? 0; x * 2}) }}","b":"<{{$context.data.ref}}>","c":"{{ $context.data.gone + 1 }}"}`), expr.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := scopeOf(t, sample)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, err := c.Eval(s); err == nil || err.Error() != "expr.Eval: c: at character 23: null cannot be calculated with; give a default, as in {path} ?? 0" {
					t.Errorf("error is %v", err)
				}
			}
		})
	}
	wg.Wait()
}
