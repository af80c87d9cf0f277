// Package password hashes passwords and compares them with their hashes: argon2id (RFC 9106), written in the PHC string
// format, which has the parameters in it. Hashes with other parameters stay valid.
//
// A hash needs Memory bytes for some tens of milliseconds, so a Hasher computes only a few at once, and only a few more
// may wait. Beyond that a caller is told to come back, so guests who guess passwords use neither the memory nor the CPU
// of the server.
//
// The package stores nothing and does not know users. Verify takes as long for a user who does not exist (an empty hash)
// as for one who does.
package password
