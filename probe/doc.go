// Package probe looks from inside a network at a short list of platforms and
// controls: names, TCP, TLS, HTTP, QUIC, and the rate at which bytes come. It says
// what it saw in OONI's words (ooni/spec: df-002, df-005, df-006, df-007), and what
// that comes to for each platform and for the network.
//
// It promises:
//
//   - Nothing but what stands in the list is contacted, and no more bytes are read than
//     [List.Budget] says beforehand. Every step has a deadline.
//   - Seeing a shutdown is not an error: it is a [Verdict]. What fails while the
//     controls fail too is down, not blocked; what cannot be told is unknown.
//   - What is kept of a run ([Run.Measurements]) has no address of this machine, no
//     answer that a nearby server gave when it was an honest one, no page, and times to
//     the hour. docs/probe.md lists every key.
//
// Everything is dialled through a [Network], so that the tests put a whole simulated
// Internet underneath.
//
//	run := probe.Look(ctx, probe.Options{List: list, Network: probe.System(), Country: "XG"})
//	fmt.Println(run.Verdict)
package probe
