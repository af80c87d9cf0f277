// Program bench measures Hookline as users run it. It starts the real binary, drives bounded load over loopback
// from a second process, and measures a ceiling in the same run. The ceiling is a net/http server that only
// reads the body, checks an HMAC and validates JSON, so no webhook server with net/http can be faster.
//
// Client, ceiling and server share the machine, so ratios say more than rates. The program fails if the numbers
// of accepted, executed and stored calls differ. Results are kept in docs/benchmarks.md.
package main
