// Package evaluate measures how right package detect is, against events that people
// have labelled.
//
// A truth file is read into [Event]s; the record's incidents, as [Claim]s, label them
// ([Label]) and are the history that was known before each; [Examples] turns events into
// features as they stood two hours after the onset. [Fit] fits the weights of
// P(intentional | disruption), [Splits] says on what it is fitted and what it is scored
// on, and [Score] gives the figures, with intervals by bootstrap over countries and the
// baselines beside them. [Match] pairs detected disruptions with true ones.
//
// Random splits are not used: events of one country are alike, and a model that has
// seen half of them knows the other half (notes/detection.md 0, point 3).
//
// It is pure: no clock, no store, no randomness that is not seeded.
package evaluate
