package histogram

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestEachDurationIsInTheBucketAroundIt(t *testing.T) {
	last := -1
	for n := time.Duration(0); n < Longest; n = max(n+time.Microsecond, n+n/100/time.Microsecond*time.Microsecond) {
		i := indexOf(n)
		if i < last || i > last+1 && n < 1000*time.Microsecond || i >= Buckets {
			t.Fatalf("%v is in bucket %d, after %d", n, i, last)
		}
		last = i
		if diff := math.Abs(float64(middle(i) - n)); diff > MaxError*float64(n) {
			t.Fatalf("%v counts as %v", n, middle(i))
		}
	}
	if i := indexOf(math.MaxInt64); i != Buckets-1 || indexOf(Longest) != i {
		t.Errorf("the last bucket is %d of %d", i, Buckets)
	}
	if indexOf(-1) != 0 || indexOf(math.MinInt64) != 0 {
		t.Error("a negative duration is not zero")
	}
}

func TestQuantilesAreWithinTheBound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		var whole, sum Histogram
		var exact []time.Duration
		for range 1 + random.IntN(3) { // parts of different sizes are added
			var part Histogram
			for range 1 + random.IntN(500) {
				d := time.Duration(math.Exp(random.Float64()*float64(4+round%24))) * time.Microsecond
				part.Add(d)
				whole.Add(d)
				exact = append(exact, d)
			}
			if !sum.MergeEncoded(part.Append(nil)) {
				t.Fatal("an encoding is refused")
			}
		}
		slices.Sort(exact)
		if !slices.Equal(sum.filled, whole.filled) || sum.Count() != int64(len(exact)) {
			t.Fatal("the sum is not the histogram of the whole")
		}
		for _, q := range []float64{0, 0.5, 0.95, 0.99, 0.999, 1} {
			want := exact[min(max(int(math.Ceil(q*float64(len(exact)))), 1), len(exact))-1]
			if got := sum.Quantile(q); math.Abs(float64(got-want)) > MaxError*float64(want) {
				t.Errorf("quantile %v of %d is %v, exactly %v", q, len(exact), got, want)
			}
		}
	}
	if got := (&Histogram{}).Quantile(0.5); got != 0 {
		t.Errorf("without durations the median is %v", got)
	}
}

func FuzzMergeEncoded(f *testing.F) {
	var h Histogram
	h.Add(0)
	h.Add(time.Hour)
	f.Add(h.Append(nil))
	f.Add([]byte{0, 1, 0, 1})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var h Histogram
		if !h.MergeEncoded(data) {
			return
		}
		var again Histogram
		if !again.MergeEncoded(h.Append(nil)) || !slices.Equal(again.filled, h.filled) {
			t.Fatal("the encoding changes")
		}
		if h.Count() < 0 || h.Quantile(0.99) < 0 || h.Quantile(0.99) > 2*Longest {
			t.Fatalf("%d durations, of which the longest is %v", h.Count(), h.Quantile(1))
		}
	})
}
