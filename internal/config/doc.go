// Package config defines every setting of the server in one plain struct: its name, default, unit, limits and
// help text. It also tells where the value of each setting came from.
//
// It does not parse a command line or open files. Package cli's parser reads the tags of Server to know the
// flags, environment variables and file keys; app reads the fields.
package config
