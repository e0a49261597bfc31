package evaluate

import (
	"math"
	"slices"
)

// logit is a logistic regression with a ridge penalty on each weight and an intercept
// for each group of rows. It is solved by Newton's method; groups are eliminated from
// each step, since their part of the Hessian is diagonal, so that it costs rows ×
// columns² however many groups there are.
type logit struct {
	penalty      []float64 // of each column
	towards      []float64 // what each column's weight is drawn to; nil: nought
	groupPenalty float64
	groups       int

	x     [][]float64
	group []int
	y     []float64

	beta, gamma []float64
}

func (m *logit) add(row []float64, group int, yes bool) {
	y := 0.0
	if yes {
		y = 1
	}
	m.x, m.group, m.y = append(m.x, row), append(m.group, group), append(m.y, y)
}

// usual is what a column's weight is drawn to.
func (m *logit) usual(j int) float64 {
	if m.towards == nil {
		return 0
	}
	return m.towards[j]
}

// mostSteps and enough end Newton's method: the loss is strictly convex, and it doubles
// its digits with each step near the end.
const (
	mostSteps = 50
	enough    = 1e-10
)

func (m *logit) solve() {
	m.beta, m.gamma = make([]float64, len(m.penalty)), make([]float64, m.groups)
	loss := m.loss(m.beta, m.gamma)
	for range mostSteps {
		db, dg := m.step()
		scale := 1.0
		for {
			beta, gamma := plus(m.beta, db, scale), plus(m.gamma, dg, scale)
			next := m.loss(beta, gamma)
			if next <= loss {
				gain := loss - next
				m.beta, m.gamma, loss = beta, gamma, next
				if gain < enough {
					return
				}
				break
			}
			if scale /= 2; scale < 1e-6 {
				return
			}
		}
	}
}

// loss is the penalised negative log-likelihood.
func (m *logit) loss(beta, gamma []float64) float64 {
	sum := 0.0
	for i, row := range m.x {
		z := gamma[m.group[i]]
		for j, v := range row {
			z += v * beta[j]
		}
		sum += math.Max(z, 0) - m.y[i]*z + math.Log1p(math.Exp(-math.Abs(z)))
	}
	for j, b := range beta {
		b -= m.usual(j)
		sum += m.penalty[j] * b * b / 2
	}
	for _, g := range gamma {
		sum += m.groupPenalty * g * g / 2
	}
	return sum
}

// step is Newton's step: −Hessian⁻¹ gradient.
func (m *logit) step() (db, dg []float64) {
	p := len(m.penalty)
	a := make([][]float64, p) // Hessian of columns
	b := make([][]float64, m.groups)
	gb, gg, d := make([]float64, p), make([]float64, m.groups), make([]float64, m.groups)
	for j := range a {
		a[j] = make([]float64, p)
		a[j][j] = m.penalty[j]
		gb[j] = -m.penalty[j] * (m.beta[j] - m.usual(j))
	}
	for g := range b {
		b[g] = make([]float64, p)
		d[g] = m.groupPenalty
		gg[g] = -m.groupPenalty * m.gamma[g]
	}
	for i, row := range m.x {
		g := m.group[i]
		z := m.gamma[g]
		for j, v := range row {
			z += v * m.beta[j]
		}
		q := 1 / (1 + math.Exp(-z))
		w, r := q*(1-q), m.y[i]-q
		gg[g] += r
		d[g] += w
		for j, v := range row {
			if v == 0 {
				continue
			}
			gb[j] += r * v
			b[g][j] += w * v
			for k := 0; k <= j; k++ {
				a[j][k] += w * v * row[k]
			}
		}
	}
	for g := range b {
		if d[g] <= 0 {
			continue
		}
		for j := range p {
			if b[g][j] == 0 {
				continue
			}
			gb[j] -= b[g][j] * gg[g] / d[g]
			for k := 0; k <= j; k++ {
				a[j][k] -= b[g][j] * b[g][k] / d[g]
			}
		}
	}
	db = cholesky(a, gb)
	dg = make([]float64, m.groups)
	for g := range b {
		if d[g] <= 0 {
			continue
		}
		s := gg[g]
		for j, v := range b[g] {
			s -= v * db[j]
		}
		dg[g] = s / d[g]
	}
	return db, dg
}

// cholesky solves a·x = b for a positive definite a, of which the lower half is read
// and overwritten.
func cholesky(a [][]float64, b []float64) []float64 {
	n := len(b)
	x := slices.Clone(b)
	for j := range n {
		for k := range j {
			for i := j; i < n; i++ {
				a[i][j] -= a[i][k] * a[j][k]
			}
		}
		root := math.Sqrt(math.Max(a[j][j], 1e-12))
		for i := j; i < n; i++ {
			a[i][j] /= root
		}
	}
	for i := range n {
		for k := range i {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= a[k][i] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}

func plus(a, b []float64, scale float64) []float64 {
	out := slices.Clone(a)
	for i := range out {
		out[i] += scale * b[i]
	}
	return out
}
