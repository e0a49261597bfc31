// Package campaign holds the use cases of the campaign: who is pushing back,
// what leaders promised, what to watch, petitions, letters, statements. Each of
// these is an entry: drafted, approved, published, withdrawn in the open, with
// revisions that are never changed. [Office] does that for every kind alike; the
// other files hold what is particular to a kind.
package campaign
