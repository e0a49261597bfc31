// Package correlate joins what speaks of one event into a candidate: a country
// and a day at which the desk should look, and everything that points there,
// each with where it comes from.
//
// Promises:
//
//   - A candidate is a hint and never a verdict. Only people say that there was a
//     shutdown, with evidence.
//   - Nothing is invented: what nobody said is empty, and there is no probability
//     before something real gives one.
//   - What comes by one channel counts once when channels are counted, however
//     much of it there is: a flood is one voice. Numbers stand beside, and are not
//     added up across channels into a proof.
//   - It is a pure function of what is given; order does not matter.
//
// Today reports speak, by the few fields that their senders left readable "to be
// used at once". Signals of measurements will be voices of families of their own
// beside them, and give P(disruption) and P(intentional), which are kept apart.
// (notes/detection.md, section 7)
package correlate
