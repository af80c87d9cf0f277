// Package oidc signs people in with an OpenID Connect provider: the authorization code flow with PKCE (RFC 7636), a
// nonce, and an ID token whose signature, issuer, audience and times are checked by the library. It returns claims; who
// gets which role is decided elsewhere.
//
// The provider's description is fetched at the first sign-in, and again after an hour, so the server starts without the
// provider. All requests go through an *outbound.Client, which checks addresses.
//
// A Provider is safe for concurrent use: one goroutine fetches the description while others wait for it, or until their
// context ends. After a failure the provider is not asked again for a few seconds.
package oidc
