package geo

import (
	"fmt"
	"math"
	"strings"
)

// inventedOutline draws a country of the made-up world: an island with a
// jagged coast, parted from one inner point into as many regions as it has.
// The coast depends on the code alone, so that it is the same in every demo.
func inventedOutline(code string) (Shape, bool) {
	for _, m := range madeUp {
		if m.Code == code {
			return island(m), true
		}
	}
	return Shape{}, false
}

const (
	islandSize = 360 // width and height of the drawing
	coastSteps = 12  // points of the coast for each region
)

func island(m madeUpCountry) Shape {
	s := Shape{Code: m.Code, Width: islandSize, Height: islandSize, X: islandSize / 2, Y: islandSize / 2}
	n := len(m.Regions)
	seed := float64(m.Code[1])
	coast := make([][2]int, n*coastSteps)
	for i := range coast {
		a := 2 * math.Pi * float64(i) / float64(len(coast))
		r := 130 + 22*math.Sin(2*a+seed) + 12*math.Sin(5*a+2*seed) + 7*math.Sin(11*a+3*seed)
		coast[i] = [2]int{s.X + int(1.05*r*math.Cos(a)), s.Y + int(0.85*r*math.Sin(a))}
	}
	middle := [2]int{s.X + int(25*math.Sin(seed)), s.Y + int(20*math.Cos(seed))}
	for i := range m.Regions {
		ring := [][2]int{middle}
		for j := range coastSteps + 1 {
			ring = append(ring, coast[(i*coastSteps+j)%len(coast)])
		}
		part := Shape{Code: regionCode(m.Code, i), Path: ringPath(ring)}
		far := coast[i*coastSteps+coastSteps/2]
		part.X, part.Y = (middle[0]+far[0])/2, (middle[1]+far[1])/2
		s.Parts = append(s.Parts, part)
	}
	return s
}

// regionCode numbers the regions of a made-up country from 1.
func regionCode(country string, i int) string { return fmt.Sprintf("%s-%02d", country, i+1) }

// ringPath writes a ring as the generated drawings have it: whole numbers, relative lines, closed.
func ringPath(ring [][2]int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %dl", ring[0][0], ring[0][1])
	for i := 1; i < len(ring); i++ {
		for axis := range 2 {
			n := ring[i][axis] - ring[i-1][axis]
			if n >= 0 && i+axis > 1 {
				b.WriteByte(' ') // a minus sign parts numbers as well
			}
			fmt.Fprint(&b, n)
		}
	}
	b.WriteByte('z')
	return b.String()
}
