// Package verify checks that a call was signed by the sender it claims to come from. A Preset knows how one
// provider signs. Most presets are data (Scheme); a few need code. The presets themselves are in package preset
// and its subfolders.
//
//	Scheme + Info ── Declare ──► Preset ── Compile(secrets, keys) ──► Verifier ── Verify(call) ──► Verdict
//	                                                                 └─ Signer, Explainer, TokenCarrier, ...
//
// It guarantees that raw bytes are verified before anything parses them (except for the few schemes whose
// signature is in the body), that comparisons take constant time, that the algorithm comes from the
// configuration and never from the call, and that a verifier without its secret refuses every call.
//
// It does no I/O of its own (see Fetcher) and knows neither routes nor stores.
package verify
