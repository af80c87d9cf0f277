// Package query is the written query language of the lists of executions and deliveries:
//
//	status:failed,aborted workflow:orders took:>2s -label.region:eu data.customer.id:42 "free text"
//
// A query is a list of terms, and all of them must match. A term is FIELD:VALUE, or a text that is searched in the
// content. Values that are separated by commas are alternatives. A minus before a term negates it. Values may be ranges
// (>2s, 400..499, 2026-11-30..) where the field has an order. Quotation marks keep what is between them together and as
// it is.
//
// Parse checks everything: an unknown field or value is an error that names the place and the nearest right name. Nothing
// is ignored. Query.String returns the canonical text. To parse that text gives the same query, so an editor can move
// between the text and its terms ("chips") without loss.
//
// Fields is the one list of fields. Parser, documentation, API and stores read it.
//
// The package does not know where rows are stored or how they are found; package store/rowmatch compares them with a query.
package query
