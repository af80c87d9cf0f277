// Package email sends e-mail over SMTP: with STARTTLS, with TLS from the first byte, or, where the config says so,
// without encryption. It never falls back from one to another, and sends a password only over TLS.
//
// An address comes from data, so it is parsed strictly: one address, without control characters, comments, or a quoted
// part before the @. A quoted part may contain what looks like the end of the address and more parameters of the
// SMTP command (CVE-2025-59937).
//
// A message has one recipient, one connection, and a Message-ID that is the same when it is sent again. SMTP itself
// does not recognize a repeated message: if the connection breaks after the whole message was sent and before the
// server's answer came, the message may arrive twice, with the same Message-ID.
package email
