//go:build e2e

package web

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestShots(t *testing.T) {
	TestX(t)
	ctx, _, _ := browser(t)
	for _, lang := range []string{"en", "ar", "am"} {
		for _, w := range []int64{360, 1280} {
			open(t, ctx, "file:///tmp/carried.html", w, false)
			t.Log(ask[string](t, ctx, `String(window.isSecureContext)+typeof crypto.subtle+document.documentElement.lang`))
			ask[int](t, ctx, `(document.querySelector('#languages [value=`+lang+`]').click(),1)`)
			shot(t, ctx, lang+"-"+map[int64]string{360: "360", 1280: "1280"}[w])
			ask[int](t, ctx, `(document.querySelector('[name=seen]').value='x',document.querySelector('[value=send]').click(),1)`)
			chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("#digits")))
			shot(t, ctx, lang+"-done-"+map[int64]string{360: "360", 1280: "1280"}[w])
		}
	}
}

func shot(t *testing.T, ctx context.Context, name string) {
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join("/tmp/shots", name+".png"), png, 0o644)
}
