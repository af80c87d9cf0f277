package collection_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

func TestSumsAndAveragesAreExactWhereTheyCanBe(t *testing.T) {
	integer := collection.Field{Name: "i", Type: collection.Integer}
	money := collection.Field{Name: "x", Type: collection.Number, Precision: 12, Scale: 2}
	for _, row := range []struct {
		field         collection.Field
		total         string
		n             int64
		sum, averages string
	}{
		{integer, "3", 2, "3", "1.5"},
		{integer, "0", 5, "0", "0"},
		{integer, "0", 0, "0", "null"},
		{integer, "-1", 3, "-1", "-0.333333333333"},
		{integer, "2", 3, "2", "0.666666666667"},
		{integer, "300", 3, "300", "100"},
		{integer, "18446744073709551614", 2, "18446744073709551614", "9223372036854775807"},
		{money, "150", 1, "1.50", "1.5"},
		{money, "-1001", 2, "-10.01", "-5.005"},
		{money, "100000", 1, "1000.00", "1000"},
		{integer, "1", 2_000_000_000_000, "1", "0"},              // rounded half to even
		{integer, "3", 2_000_000_000_000, "3", "0.000000000002"}, // rounded half to even
	} {
		total, _ := new(big.Int).SetString(row.total, 10)
		if got := row.field.Total(total).Text(); got != row.sum {
			t.Errorf("the sum of %s is %s, want %s", row.total, got, row.sum)
		}
		if got := row.field.Average(total, row.n).Text(); got != row.averages {
			t.Errorf("%s over %d is %s, want %s", row.total, row.n, got, row.averages)
		}
	}
}

func TestAnAverageIsNearTheExactOne(t *testing.T) {
	money := collection.Field{Name: "x", Type: collection.Number, Precision: 12, Scale: 2}
	rapid.Check(t, func(t *rapid.T) {
		total, n := rapid.Int64().Draw(t, "total"), rapid.Int64Range(1, 1<<40).Draw(t, "n")
		v := money.Average(big.NewInt(total), n)
		if _, err := value.Number(v.Text()); err != nil {
			t.Fatal(err)
		}
		got, _ := new(big.Rat).SetString(v.Text())
		exact := new(big.Rat).Quo(big.NewRat(total, 100), big.NewRat(n, 1))
		if off := got.Sub(got, exact); off.Abs(off).Cmp(big.NewRat(1, 2_000_000_000_000)) > 0 {
			t.Fatalf("%d/100 over %d is %s", total, n, v)
		}
	})
}
