// Package vonage sends SMS with the SMS API of Vonage.
package vonage
