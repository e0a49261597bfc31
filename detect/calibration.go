package detect

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"keepiton"
)

//go:embed calibration.json
var calibrationFile []byte

// Calibration says what the odds of P(disruption) were worth on a population of made-up
// countries, whose events and faults of instruments are as frequent as real data say
// (docs/signals.md). Both are corners of a rising function, straight between corners.
type Calibration struct {
	Rules    string       `json:"rules"` // of which it is the calibration: [Rules]
	FittedOn string       `json:"fitted_on"`
	Early    [][2]float64 `json:"early"` // of the first verdicts, before others could see it too
	Later    [][2]float64 `json:"later"` // of those after an hour and more, and at the end
}

// DefaultCalibration is that of calibration.json.
var DefaultCalibration = sync.OnceValue(func() *Calibration {
	var c Calibration
	if err := json.Unmarshal(calibrationFile, &c); err != nil {
		panic("detect: calibration.json: " + err.Error())
	}
	return &c
})

// Of maps the model's P(disruption) at a stage to the one that is given out.
func (c *Calibration) Of(stage keepiton.Stage, p float64) float64 {
	corners := c.Later
	if Early(stage) {
		corners = c.Early
	}
	return min(1-leastP, max(leastP, calibrated(corners, p)))
}

// Early reports whether a stage is so early that other instruments may not have seen it
// yet: what one of them says is worth more then than when they still see nothing.
func Early(s keepiton.Stage) bool { return s == keepiton.AtOnset || s == keepiton.After15m }

// calibrated maps a probability by corners, straight between them; without corners it stays.
func calibrated(c [][2]float64, p float64) float64 {
	i, found := slices.BinarySearchFunc(c, p, func(corner [2]float64, p float64) int {
		switch {
		case corner[0] < p:
			return -1
		case corner[0] > p:
			return 1
		}
		return 0
	})
	switch {
	case len(c) == 0:
		return p
	case found:
		return c[i][1]
	case i == 0:
		return c[0][1]
	case i == len(c):
		return c[i-1][1]
	}
	a, b := c[i-1], c[i]
	return a[1] + (b[1]-a[1])*(p-a[0])/(b[0]-a[0])
}
