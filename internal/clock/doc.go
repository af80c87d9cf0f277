// Package clock is the only package that reads the system time. Everything else gets a Clock, so that tests control
// the time.
package clock
