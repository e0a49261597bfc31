module keepiton/bgp/peers

go 1.26.0

require keepiton v0.0.0

require github.com/osrg/gobgp/v4 v4.8.0

require (
	github.com/andybalholm/brotli v1.2.8 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace keepiton => ../..
