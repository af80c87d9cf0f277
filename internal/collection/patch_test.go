package collection_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// stored returns a record of everything, with its cells.
func stored(t interface{ Fatalf(string, ...any) }, values string) collection.Row {
	a, broken := everything().Admit(value.Trusted(values), now())
	if broken != nil {
		t.Fatalf("%+v", broken)
	}
	return collection.Row{ID: 7, Created: a.Created, Updated: a.Created, Cells: a.Cells}
}

func TestAnUpdateChangesWhatItNames(t *testing.T) {
	c := everything()
	for _, row := range []struct{ before, values, field, after string }{
		{`{"s":"a","i":1}`, `{"s":"b"}`, "s", `"b"`},
		{`{"s":"a","i":1}`, `{"s":"b"}`, "i", `1`},
		{`{"s":"a"}`, `{"s":null}`, "s", `null`},
		{`{"i":1}`, `{"i":{"$inc":2}}`, "i", `3`},
		{`{"i":1}`, `{"i":{"$inc":-2}}`, "i", `-1`},
		{`{"i":1}`, `{"i":{"$inc":"2"}}`, "i", `3`},
		{`{"i":4}`, `{"i":{"$mul":1.5}}`, "i", `6`},
		{`{"i":4}`, `{"i":{"$mul":0}}`, "i", `0`},
		{`{"i":9223372036854775806}`, `{"i":{"$inc":1}}`, "i", `9223372036854775807`},
		{`{"i":-4611686018427387904}`, `{"i":{"$mul":2}}`, "i", `-9223372036854775808`},
		{`{"n":0.1}`, `{"n":{"$inc":0.2}}`, "n", `0.3`},
		{`{"n":1.1}`, `{"n":{"$mul":1.1}}`, "n", `1.21`},
		{`{"n":1e300}`, `{"n":{"$mul":1e-300}}`, "n", `1`},
		{`{"x":10.01}`, `{"x":{"$inc":0.99}}`, "x", `11.00`},
		{`{"x":10.10}`, `{"x":{"$mul":1.1}}`, "x", `11.11`},
		{`{"x":10.10}`, `{"x":{"$mul":-3}}`, "x", `-30.30`},
		{`{"j":{"$inc":1}}`, `{"j":{"$inc":2}}`, "j", `{"$inc":2}`},
	} {
		p, broken := c.AdmitUpdate(value.Trusted(row.values), now().Add(time.Hour))
		if broken != nil {
			t.Errorf("%s: %+v", row.values, broken)
			continue
		}
		old := stored(t, row.before)
		kept := append([]collection.Cell(nil), old.Cells...)
		changed, record, broken := c.Amend(old, p)
		if broken != nil || record.Get(row.field).Text() != row.after {
			t.Errorf("%s, then %s: %s, %+v; want %s", row.before, row.values, record.Get(row.field), broken, row.after)
			continue
		}
		if got := record.Get("updatedAt").Text(); got != `"2026-11-22T08:30:00.000005Z"` || !changed.Created.Equal(old.Created) {
			t.Errorf("updatedAt is %s, createdAt %v", got, changed.Created)
		}
		for i := range kept {
			if kept[i] != old.Cells[i] {
				t.Errorf("the cells of the old record changed")
			}
		}
	}
}

func TestAnUpdateThatBreaksARuleIsNamed(t *testing.T) {
	c := everything()
	c.Fields[4].Required = true // x
	for _, row := range []struct{ values, code, field, says string }{
		{`{}`, collection.CodeType, "", "no field"},
		{`[]`, collection.CodeType, "", "object"},
		{`{"sss":1}`, collection.CodeUnknownField, "sss", "no field"},
		{`{"id":1}`, collection.CodeUnknownField, "id", "set by the store"},
		{`{"x":null}`, collection.CodeRequired, "x", "required"},
		{`{"i":"many"}`, collection.CodeType, "i", "many"},
		{`{"i":{"$inc":1,"$mul":2}}`, collection.CodeType, "i", "$inc"},
		{`{"i":{"$dec":1}}`, collection.CodeType, "i", "$inc"},
		{`{"i":{}}`, collection.CodeType, "i", "$inc"},
		{`{"i":{"$inc":"x"}}`, collection.CodeType, "i", `"x"`},
		{`{"i":{"$inc":null}}`, collection.CodeType, "i", "null"},
		{`{"i":{"$inc":1e401}}`, collection.CodeType, "i", "1e401"},
		{`{"i":{"$inc":` + strings.Repeat("1", 500) + `}}`, collection.CodeType, "i", "400"},
		{`{"s":{"$inc":1}}`, collection.CodeType, "s", "a string"},
		{`{"children":[1]}`, collection.CodeRelation, "children", "parent"},
	} {
		if _, broken := c.AdmitUpdate(value.Trusted(row.values), now()); broken == nil || broken.Code != row.code || broken.Field != row.field || !strings.Contains(broken.Message, row.says) {
			t.Errorf("%.60s: violation %+v, want %s of %q saying %q", row.values, broken, row.code, row.field, row.says)
		}
	}
}

func TestArithmeticIsExactOrRefused(t *testing.T) {
	c := everything()
	for _, row := range []struct{ before, values, code, says string }{
		{`{"i":9223372036854775807}`, `{"i":{"$inc":1}}`, collection.CodeRange, "9223372036854775807 + 1"},
		{`{"i":-9223372036854775808}`, `{"i":{"$mul":-1}}`, collection.CodeRange, "× -1"},
		{`{"i":3}`, `{"i":{"$mul":0.5}}`, collection.CodeRange, "whole number"},
		{`{"i":3}`, `{"i":{"$inc":0.5}}`, collection.CodeRange, "whole number"},
		{`{"i":3}`, `{"i":{"$mul":1e300}}`, collection.CodeRange, "whole number"},
		{`{"x":9999.99}`, `{"x":{"$inc":0.01}}`, collection.CodeRange, "9999.99 + 0.01"},
		{`{"x":10.01}`, `{"x":{"$mul":1.1}}`, collection.CodeRange, "10.01 × 1.1"},
		{`{"n":0.1}`, `{"n":{"$inc":1e20}}`, collection.CodeRange, "double"},
		{`{"n":1e300}`, `{"n":{"$mul":1e300}}`, collection.CodeRange, "double"},
		{`{}`, `{"i":{"$inc":1}}`, collection.CodeRequired, "null"},
	} {
		p, broken := c.AdmitUpdate(value.Trusted(row.values), now())
		if broken != nil {
			t.Errorf("%s: %+v", row.values, broken)
			continue
		}
		if _, _, broken = c.Amend(stored(t, row.before), p); broken == nil || broken.Code != row.code || !strings.Contains(broken.Message, row.says) {
			t.Errorf("%s, then %s: violation %+v, want %s saying %q", row.before, row.values, broken, row.code, row.says)
		}
	}
}

// TestArithmeticAgreesWithPackageBig checks that computed results are exact, and that refused results do not fit.
func TestArithmeticAgreesWithPackageBig(t *testing.T) {
	c := everything()
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.SampledFrom([]string{"i", "x", "n"}).Draw(t, "field")
		old := value.Int(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-20, 20)).Draw(t, "old"))
		switch field {
		case "x":
			old = value.Trusted(new(big.Rat).SetFrac64(rapid.Int64Range(-999999, 999999).Draw(t, "old"), 100).FloatString(2))
		case "n":
			old, _ = value.Float(float64(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "old")) / 1000)
		}
		op := rapid.SampledFrom([]string{"$inc", "$mul"}).Draw(t, "op")
		by := rapid.StringMatching(`-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,3})?(e-?[0-9])?`).Draw(t, "by")
		p, broken := c.AdmitUpdate(value.Trusted(`{"`+field+`":{"`+op+`":`+by+`}}`), now())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		_, record, broken := c.Amend(stored(t, `{"`+field+`":`+old.Text()+`}`), p)
		x, _ := new(big.Rat).SetString(old.Text())
		y, _ := new(big.Rat).SetString(by)
		want := new(big.Rat).Add(x, y)
		if op == "$mul" {
			want.Mul(x, y)
		}
		text := want.FloatString(40)
		if broken == nil {
			got, _ := new(big.Rat).SetString(record.Get(field).Text())
			if got.Cmp(want) != 0 {
				t.Fatalf("%s %s %s is %s, not %s", old, op, by, got, text)
			}
		} else if _, fits := c.Admit(value.Trusted(`{"`+field+`":`+text+`}`), now()); fits == nil {
			t.Fatalf("%s %s %s is %s, which fits, but: %+v", old, op, by, text, broken)
		}
	})
}

func TestUpdatedAtTellsVersionsApart(t *testing.T) {
	c := everything()
	old := stored(t, `{"i":1}`)
	p, broken := c.AdmitUpdate(value.Trusted(`{"i":2}`), old.Updated.Add(-time.Hour))
	if broken != nil {
		t.Fatal(broken)
	}
	for range 3 {
		next, _, broken := c.Amend(old, p)
		if broken != nil || !next.Updated.Equal(old.Updated.Add(time.Microsecond)) {
			t.Fatalf("updatedAt went from %v to %v", old.Updated, next.Updated)
		}
		old = next
	}
}

func TestAChangedRecordIsBoundedAsAWhole(t *testing.T) {
	half := strings.Repeat("x", collection.MaxRecord/2)
	p, broken := everything().AdmitUpdate(value.Trusted(`{"j":"`+half+`"}`), now())
	if broken != nil {
		t.Fatal(broken)
	}
	if _, _, broken = everything().Amend(stored(t, `{"t":"`+half+`"}`), p); broken == nil || broken.Code != collection.CodeTooLarge {
		t.Errorf("violation %+v", broken)
	}
}

func TestUpsertNeedsWhatIsUnique(t *testing.T) {
	c := everything()
	c.Unique = [][]string{{"i", "day"}}
	for _, row := range []struct{ names, says string }{
		{"s", ""}, {"i day", ""}, {"day i", ""},
		{"i", "s or [i, day]"}, {"s i", "s or [i, day]"}, {"zzz", "no field"}, {"s s", "twice"}, {"", "s or [i, day]"}, {"id", "set by the store"},
	} {
		at, broken := c.CheckUpsert(strings.Fields(row.names))
		if (broken == nil) != (row.says == "") || broken != nil && !strings.Contains(broken.Message, row.says) {
			t.Errorf("upsert by %q: %v, %+v", row.names, at, broken)
			continue
		}
		if broken != nil {
			continue
		}
		for i, name := range strings.Fields(row.names) {
			if c.Fields[at[i]].Name != name {
				t.Errorf("upsert by %q is %v", row.names, at)
			}
		}
		a, _ := c.Admit(value.Trusted(`{"s":"a","i":1,"day":"2026-11-22"}`), now())
		if key, broken := c.UpsertKey(at, a); broken != nil || len(key) != len(at) || key[0] != a.Cells[at[0]] {
			t.Errorf("key of %q is %v %+v", row.names, key, broken)
		}
		a, _ = c.Admit(value.Trusted(`{"j":1}`), now())
		if _, broken := c.UpsertKey(at, a); broken == nil || broken.Code != collection.CodeRequired {
			t.Errorf("key of null is taken: %+v", broken)
		}
	}
	if _, broken := things().CheckUpsert([]string{"s"}); broken == nil || !strings.Contains(broken.Message, "unique: true") {
		t.Errorf("violation %+v", broken)
	}
}

func TestAnOpSaysWhenItMeansEveryRecord(t *testing.T) {
	f := &collection.Filter{Op: collection.Eq, Field: "a", Value: value.Int(1)}
	for _, row := range []struct {
		op   collection.Op
		says string
	}{
		{collection.Op{Kind: collection.Create}, ""},
		{collection.Op{Kind: collection.Update, Filter: f}, ""},
		{collection.Op{Kind: collection.Delete, All: true}, ""},
		{collection.Op{Kind: collection.Delete, Collection: "orders"}, "every record of orders"},
		{collection.Op{Kind: collection.Update}, "all: true"},
		{collection.Op{Kind: collection.Update, Filter: f, All: true}, "leave one out"},
	} {
		broken := row.op.Check()
		if (broken == nil) != (row.says == "") || broken != nil && !strings.Contains(broken.Message, row.says) {
			t.Errorf("%+v: violation %+v", row.op, broken)
		}
	}
}

func TestAViolationNamesItsRecordAmongMany(t *testing.T) {
	v := (&collection.Violation{Code: collection.CodeUnique, Field: "email", Message: "email must be unique"}).At(3)
	if v.Field != "[3].email" || v.Message != "record [3]: email must be unique" {
		t.Errorf("violation %+v", v)
	}
}
