// Program bench measures Hookline as users run it: it starts the real binary, drives bounded load over
// loopback from a second process, and measures in the same run a ceiling that no webhook server with
// net/http can pass, because it does nothing but read the body, check an HMAC and validate JSON.
//
// Client, ceiling and server share the machine, so ratios say more than rates. It fails when what was
// accepted, executed and stored are not the same number. Results are kept in docs/benchmarks.md.
package main
