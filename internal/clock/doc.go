// Package clock is the only place that reads the time. Everything else is handed a Clock, so tests
// decide what time it is.
package clock
