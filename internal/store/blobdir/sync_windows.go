//go:build windows

package blobdir

// syncDir does nothing: NTFS journals the names of files, and a folder cannot be synced.
func syncDir(string) error { return nil }
