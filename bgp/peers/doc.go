// Package peers compares package bgp with other readers of MRT. It is a module of
// its own so that what it compares with is no dependency of the program.
//
//	cd bgp/peers && go test -bench . -count 6 | tee new.txt
package peers
