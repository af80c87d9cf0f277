// Package plantest checks that the queries of the rooms use indexes. It is for their tests.
package plantest
