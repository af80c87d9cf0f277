//go:build windows

package disk

import "golang.org/x/sys/windows"

// freeBytes returns how many bytes this user may still write to the disk of dir.
func freeBytes(dir string) (uint64, bool) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	var free uint64
	if windows.GetDiskFreeSpaceEx(name, &free, nil, nil) != nil {
		return 0, false
	}
	return free, true
}
