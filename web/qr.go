package web

import (
	"fmt"
	"html/template"
	"strings"

	"keepiton/kit/sheet"
)

// qrCode draws a text as a QR code, with a label for those who hear it. It is
// black on white in dark mode as well, which many readers insist on.
func qrCode(text, label string) (template.HTML, error) {
	code, err := sheet.NewQR(text, true)
	if err != nil {
		return "", err
	}
	var path strings.Builder
	for _, r := range code.Dark {
		fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", r.X+sheet.QuietZone, r.Y+sheet.QuietZone, r.N, r.N)
	}
	side := code.Size + 2*sheet.QuietZone
	return template.HTML(fmt.Sprintf(`<svg class="qr" role="img" aria-label="%s" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`,
		template.HTMLEscapeString(label), side, side, side, side, path.String())), nil
}
