// Package config is every setting of the server: its name, default, unit and rule, in one plain
// struct, and where each value came from.
//
// It parses no command line and opens no file: the tags of Server tell package cli's parser what the
// flags, environment variables and file keys are called, and app reads the plain fields.
package config
