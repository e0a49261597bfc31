package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"keepiton"
	"keepiton/api"
	"keepiton/campaign"
	"keepiton/intake"
	"keepiton/intake/sms"
	"keepiton/review"
	"keepiton/seal"
	"keepiton/signals"
	"keepiton/store"
	"keepiton/web"
	"keepiton/web/desk"
	"keepiton/web/door"
)

// pageOptions say what the public pages are made of, on the site and in a copy of
// it.
func pageOptions(ctx context.Context, s settings, st store.Store, keys *seal.Folder, board *signals.Board) (web.Options, error) {
	made, err := st.Meta(ctx, "sample")
	if err != nil {
		return web.Options{}, err
	}
	onion, err := web.OnionURL(s.AtOnion)
	if err != nil {
		return web.Options{}, err
	}
	press, err := pressDesk(s)
	if err != nil {
		return web.Options{}, err
	}
	return web.Options{
		Press: press, Record: st, Stories: st, Media: st, Campaign: st, Signatures: st, BaseURL: strings.TrimRight(s.BaseURL, "/"), Onion: onion, Sample: made != "", STOP: layouts{}, Signals: board,
		Recipients: keys.Recipients, Petitions: &campaign.Petitioning{Entries: st, Box: st, Now: time.Now},
	}, nil
}

// site joins the faces on one mux.
func site(ctx context.Context, s settings, st store.Store, in *intake.Intake, keys *seal.Folder, reports *hosted, alerts *alerting, board *signals.Board, beats *heart, log *slog.Logger) (http.Handler, error) {
	until, err := s.contactUntil()
	if err != nil {
		return nil, err
	}
	public, err := pageOptions(ctx, s, st, keys, board)
	if err != nil {
		return nil, err
	}
	public.Early = st
	public.Log, public.Intake, public.Contact, public.ContactExpires = log, in, s.Contact, until
	if alerts != nil {
		alerts.petitions.Tokens = in.Partners
		alerts.offer(&public, st)
	}
	public.Linked = map[string]string{"desk": "/desk/", "api": api.Prefix + "/openapi.json"}
	pages, err := web.New(public)
	if err != nil {
		return nil, err
	}
	telling := &review.Desk{Incidents: st, Questions: st, People: st, Meta: st, Now: time.Now, Stories: st, Media: st}
	in.Withdrawing = func(ctx context.Context, id keepiton.EnvelopeID) error {
		defer pages.Expire()
		return errors.Join(telling.WithdrawFor(ctx, id), newOffice(st).StrikeFor(ctx, id))
	}
	opt := desk.Options{Store: st, Now: time.Now, BaseURL: s.BaseURL, Log: log, Sealed: in.Store, Office: newOffice(st), Preview: pages.Preview, Signals: board}
	if alerts != nil {
		opt.Address, opt.Book = alerts.keys.Masked, alerts.book
	}
	if reports != nil {
		reports.sealer = keys.Sealer
		opt.Reports = reports.face(log)
	}
	staff, err := desk.New(opt)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(api.Options{Store: st, Signals: board, BaseURL: s.BaseURL, Sample: public.Sample, Log: log}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if _, err := st.Version(r.Context()); err != nil {
			http.Error(w, "the record does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "good")
	})
	doors := door.New(door.Options{
		Intake: in, Log: log, Heart: beats.door(), SMS: &sms.Road{Intake: in, Now: time.Now},
		Secrets: map[string]string{"android": s.Android, "kannel": s.Kannel, "rapidpro": s.Rapid},
	})
	return front{pages: pages, doors: doors, desk: expiring(staff, pages), rest: http.MaxBytesHandler(mux, maxBody), log: log}, nil
}
