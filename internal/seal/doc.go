// Package seal protects values at rest by envelope encryption: a master key, which is never stored with the data, seals
// a data key, and the data key seals the values. It does no I/O: package app reads the master key and stores what is
// sealed.
//
// # Why two keys
//
// A wrong master key shows at once, because it cannot open the data key, even if no value is stored. A new master key is
// a new data key too, so someone who knows the old master key and an old copy of the data cannot open what is sealed
// later.
//
// # The form
//
// Both keys have 256 bits and seal with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), whose nonce of 192 bits may be
// random for any number of messages. A sealed text is: one byte with the version of the form, the nonce, and the
// ciphertext with its tag. The additional data begins with what is sealed (a data key, a value) and ends with its name,
// so a sealed text that is moved to another name cannot be opened.
package seal
