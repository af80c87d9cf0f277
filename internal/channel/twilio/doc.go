// Package twilio sends SMS with Twilio.
package twilio
