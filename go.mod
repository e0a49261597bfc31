module keepiton

go 1.26
