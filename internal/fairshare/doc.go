// Package fairshare deals a fixed number of slots to keys, such as workflows, so that none takes them all.
//
// A key may take one more slot while it has fewer than are free, if its share is a half. So one key that asks for
// everything gets half of the slots, two get a third each, and n get 1/(n+1) each: a part as large as theirs stays free
// for the next key. Slots are not taken away from anybody; as they are given back, the parts become equal. A key that
// has no slot gets one whenever one is free.
//
// This is the dynamic threshold of Choudhury and Hahne (IEEE/ACM Transactions on Networking 6(2), 1998), who share the
// buffers of a switch by it.
//
// Shares counts. Queue also has those wait for which there is no slot: first in, first out for one key, and the keys
// take turns.
//
// What it does not do: it knows no workflows, runs nothing, and takes nothing back.
package fairshare
