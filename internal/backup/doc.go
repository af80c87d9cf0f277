// Package backup writes a backup of a data directory as one file, and restores it. A backup is a tar archive, which may
// be compressed with gzip, and has these entries in this order:
//
//	manifest.json     what the archive contains: Manifest
//	hookline.db       a snapshot of the database
//	blobs/<sha256>    each blob that the snapshot names, in ascending order
//	checksum          the SHA-256 (hex) of all bytes of the archive before this entry
//
// # Writing
//
// The caller makes the snapshot and keeps the blobs from being removed until Write has returned (blobdir's Hold). The
// manifest is written first, so a restore knows how much is to come before it writes anything. Write hashes everything
// on its way out. A blob with the wrong content ends the backup with an error, because a backup that cannot be restored
// is worse than none. A blob that is missing is listed in the manifest.
//
// Keys are not in the archive: whoever gets a backup must not get the API's token or the key of the secrets with it.
//
// # Restoring
//
// Restore trusts nothing in the archive. Names are compared, never joined to a path; entries that are not plain files,
// entries in another order, and sizes beyond those in the manifest are refused. Everything is written to a folder inside
// the target directory, and moved into place after all of it was verified: hashes, order, number and size of entries,
// the checksum, every page of the database, and that the database names exactly the blobs of the archive. The database
// is moved last, so a crash leaves either a complete store or a directory without a database. After an error
// everything is removed again.
//
// The package knows no driver of a store, and no HTTP.
package backup
