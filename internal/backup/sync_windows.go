//go:build windows

package backup

// syncDir does nothing: NTFS journals file names, and a directory cannot be synced.
func syncDir(string) error { return nil }
