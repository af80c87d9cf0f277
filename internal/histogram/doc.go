// Package histogram counts durations in fixed, log-spaced buckets.
//
// A bucket is as wide as an eighth of the power of two below it: 8 to 9 µs, 9 to 10 µs, ..., 16 to 18 µs, and so on;
// below 8 µs each microsecond has its own. All histograms have the same buckets, so they can be added, and the sum is
// the histogram of all durations together. A quantile is the middle of its bucket, so it is at most MaxError away from
// the exact one.
//
// A histogram keeps only the buckets that are not empty: durations of one kind lie within a few powers of two.
//
// The package keeps no time and no names, and is not safe for concurrent use.
package histogram
