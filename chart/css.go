package chart

// CSS is the style of figures inside a page, for the page's own style element.
//
//	.m muted text      .v value         .g grid line   .x axis
//	.s0 to .s3 series by lightness and pattern         .l lines
//	.c0 to .c4 map classes from none to most           .q region of a map
//	.map a map as wide as its place  .chk the list that explains it
//	.r1 .r2 .r3 mark of a place that is dark now, from below
//	.dk .dks dark now  .est estimated   .hp hatching
//	.in the drawing, where there is SVG
//	.e .mid text anchored at its end or middle         .t text over lines
const CSS = `.ch{display:block;width:100%;max-width:36rem;height:auto;color:var(--ink,currentColor);font-size:12px;line-height:1.2}` +
	`.ch.map{max-width:none}.chk{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;list-style:none}.chk .ch{display:inline-block;width:1em;height:1em;vertical-align:-.12em;margin-inline-end:.4em}` +
	`.ch .in{visibility:hidden;line-height:0}.ch>title,.ch>desc{display:block;font-size:.9rem;line-height:1.5}` +
	`.ch text{fill:currentColor}.ch .m{fill-opacity:.72}.ch .t{paint-order:stroke;stroke:var(--paper,Canvas);stroke-width:3px;stroke-linejoin:round}.ch .v{font-variant-numeric:tabular-nums}.ch .e{text-anchor:end}.ch .mid{text-anchor:middle}` +
	`.ch .g{stroke:currentColor;stroke-opacity:.16}.ch .x{stroke:currentColor;stroke-opacity:.55}` +
	`.ch .s0{fill:currentColor;fill-opacity:.82}.ch .s2{fill:currentColor;fill-opacity:.34}.ch .o{fill:none;stroke:currentColor;stroke-opacity:.82}` +
	`.ch .l{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.ch .l1{stroke-dasharray:6 4}.ch .l2{stroke-dasharray:1.5 4}.ch .l3{stroke-opacity:.45}` +
	`.ch .pt{fill:var(--paper,Canvas);stroke:currentColor;stroke-width:1.5}` +
	`.ch .c0{fill:currentColor;fill-opacity:.1}.ch .c1{fill:currentColor;fill-opacity:.22}.ch .c2{fill:currentColor;fill-opacity:.4}.ch .c3{fill:currentColor;fill-opacity:.62}.ch .c4{fill:currentColor;fill-opacity:.88}` +
	`.ch .q{stroke:var(--paper,Canvas);stroke-width:.6;stroke-linejoin:round}.ch .qo{fill:none;stroke:currentColor;stroke-opacity:.5;stroke-width:.6}` +
	`.ch .dk{fill:var(--dark,#b3261e)}.ch .dks{fill:none;stroke:var(--dark,#b3261e);stroke-width:1.6}.ch .r1,.ch .r2,.ch .r3{stroke:var(--dark,#b3261e);stroke-width:9.4;stroke-linecap:round}.ch .r2{stroke:var(--paper,Canvas);stroke-width:6.4}.ch .r3{stroke-width:3.8}` +
	`.ch .est{fill:none;stroke:currentColor;stroke-dasharray:3 2.5}.ch .hp{stroke:currentColor;stroke-width:2.2}` +
	`.ch a:hover *{stroke:currentColor}`

// PanelCSS is what figures of [Panels] need beside CSS: .th thin lines, .hg hatching
// of gaps.
const PanelCSS = `.ch .th{stroke-width:1.3}.ch .hg{stroke-opacity:.4;stroke-width:1.2}`

// fileCSS sets the colours of a file, which has no page around it.
const fileCSS = `:root{--ink:#1d1c1a;--paper:#fdfcf9;--dark:#b3261e}.ch{font-family:system-ui,"Noto Sans","Noto Sans Ethiopic","Noto Sans Arabic",sans-serif}.paper{fill:var(--paper)}.ch .h{font-size:15px;font-weight:600}` +
	`@media(prefers-color-scheme:dark){:root{--ink:#ece8e1;--paper:#191817;--dark:#ff8b78}}` +
	`@media print{:root{--ink:#000;--paper:#fff}}`
