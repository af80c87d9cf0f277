// Package deploy has the files to run Hookline with Docker, systemd and Kubernetes, and to watch it with Prometheus and
// Grafana. Its tests parse each of them, and compare what they name (settings, commands, metrics and their labels) with
// the program. They need no Docker, no systemd and no cluster, so they do not prove that those accept the files: the
// chart is rendered by text/template with the few functions that it uses, and queries are checked for the metrics and
// labels that they name, not for their grammar.
package deploy
