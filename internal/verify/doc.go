// Package verify says whether a call is signed by whom it claims to come from. A Preset knows how
// one provider signs; most are data (Scheme), a few need code. The presets themselves are folders
// under preset/, listed in package preset.
//
//	Scheme + Info ── Declare ──► Preset ── Compile(secrets, keys) ──► Verifier ── Verify(call) ──► Verdict
//	                                                                 └─ Signer, Explainer, Carrier
//
// What it promises: raw bytes are verified before anything parses them (but for the few schemes whose
// signature lives in the body); comparison takes constant time; the algorithm comes from the
// configuration, never from the call; a verifier without its secret refuses every call.
//
// It does no I/O and knows neither routes nor stores.
package verify
