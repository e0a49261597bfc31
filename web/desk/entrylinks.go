package desk

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"keepiton"
	"keepiton/campaign"
)

// linkHours are how long a link for a journalist may be good.
var linkHours = []int{6, 24, 72, 168, 336}

// linkView is a link for a journalist, by the hash of its token.
type linkView struct {
	keepiton.EarlyLink
	Hash string
}

// linksOf lists the links to a statement that lead somewhere.
func (v *visit) linksOf(id keepiton.EntryID) (out []linkView, err error) {
	all, err := v.opt.Store.EarlyLinks(v.r.Context(), id)
	for _, l := range all {
		if l.Expires.After(v.opt.Now()) {
			out = append(out, linkView{l, hex.EncodeToString(l.Token[:])})
		}
	}
	return out, err
}

// entryLinks makes a link to a statement that is under embargo, or takes one back.
// The token is shown on the very answer and never again.
func entryLinks(v *visit) error {
	ctx, f, id := v.r.Context(), form(v.r.PostForm), keepiton.EntryID(v.r.PathValue("id"))
	if !v.mayEntries(keepiton.RoleEditor) {
		return keepiton.Errorf(keepiton.Forbidden, "the role %q may not hand out statements", v.user.Role)
	}
	rev, err := v.opt.Store.Entry(ctx, id)
	if err != nil {
		return err
	}
	switch f.get("do") {
	case "end":
		var token [32]byte
		if n, err := hex.Decode(token[:], []byte(f.get("link"))); err != nil || n != len(token) {
			return keepiton.Errorf(keepiton.Invalid, "no link is named")
		}
		if err := v.opt.Store.EndEarlyLink(ctx, id, token); err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
			return err
		}
		return v.redirect(entryHere(id, "act") + "?done=link_ended")
	case "make":
		if rev.State != keepiton.Embargoed {
			return v.showEntryAct(http.StatusConflict, entryActBody{Error: v.p.T("campaign.error.no_embargo")})
		}
		hours, _ := strconv.Atoi(f.get("hours"))
		token, link := campaign.NewEarlyLink(id, f.get("whom"), v.user.Account, v.opt.Now(), time.Duration(hours)*time.Hour)
		if err := v.opt.Store.PutEarlyLink(ctx, link); err != nil {
			if mendable(err) {
				return v.showEntryAct(statusOf(err), entryActBody{Error: v.say(err), Typed: f})
			}
			return err
		}
		return v.showEntryAct(http.StatusOK, entryActBody{Made: v.opt.BaseURL + "/" + v.p.Lang().Tag + "/early/" + token})
	}
	return keepiton.Errorf(keepiton.Invalid, "no action %q", f.get("do"))
}
