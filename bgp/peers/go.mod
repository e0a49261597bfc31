module keepiton/bgp/peers

go 1.26.0

require keepiton v0.0.0

require github.com/osrg/gobgp/v4 v4.8.0

replace keepiton => ../..
