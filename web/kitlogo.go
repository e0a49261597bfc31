package web

import (
	"bytes"
	"context"
	"image"
	_ "image/gif" // a clean copy may be one
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/url"
	"slices"

	"keepiton"
	"keepiton/campaign"
	"keepiton/kit"
	"keepiton/store"
)

// pieceOfMember sets the published logo of a member of the coalition, and its name
// as who speaks.
func (s *Server) pieceOfMember(v *visit, t kit.Template, p *kit.Piece) error {
	id := keepiton.EntryID(v.get("logo"))
	if id == "" || !slices.Contains(t.Fields, kit.Logo) {
		return nil
	}
	missing := keepiton.Errorf(keepiton.NotFound, "no organization %s with a logo", id)
	if s.opt.Campaign == nil || s.opt.Media == nil || id.Kind() != keepiton.KindOrganization {
		return missing
	}
	rev, err := s.opt.Campaign.PublicEntry(v.ctx, id)
	if err != nil {
		return err
	}
	if rev.State != keepiton.Published {
		return missing
	}
	o, err := campaign.As[*keepiton.Organization](rev)
	if err != nil {
		return err
	}
	if o.Logo == "" {
		return missing
	}
	m, err := s.opt.Media.Media(v.ctx, o.Logo)
	if err != nil {
		return err
	}
	p.Org = firstWords(o.Name, kit.Org.Longest()-2)
	p.Logo, err = logoImage(m.Bytes)
	return err
}

// logoImage decodes a clean copy, which this program wrote itself.
func logoImage(clean []byte) (image.Image, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(clean))
	if err == nil && (size.Width < 1 || size.Height < 1 || size.Width > kit.LogoPixels/size.Height) {
		return nil, keepiton.Errorf(keepiton.TooLarge, "a logo of %d × %d pixels", size.Width, size.Height)
	}
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "read a logo: %w", err)
	}
	img, _, err := image.Decode(bytes.NewReader(clean))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "read a logo: %w", err)
	}
	return img, nil
}

// mostLogos is how many members' logos a form offers.
const mostLogos = 60

// logoOptions offers the members of the coalition that have a logo.
func (s *Server) logoOptions(v *visit) (out []option, err error) {
	if s.opt.Campaign == nil || s.opt.Media == nil {
		return nil, nil
	}
	err = s.eachEntry(v, store.EntryQuery{Kind: keepiton.KindOrganization}, func(rev keepiton.EntryRevision) error {
		o, err := campaign.As[*keepiton.Organization](rev)
		if err == nil && o.Logo != "" && len(out) < mostLogos {
			out = append(out, option{string(rev.ID), o.Name, v.get("logo") == string(rev.ID)})
		}
		return err
	})
	return out, err
}

// remixFields are the fields of the form that is sent with a logo.
var remixFields = append([]string{"shape", "format"}, kitParameters...)

// postRemix draws one picture with a logo that is handed in, and hands it back as a
// file. The logo is read by a process that can do nothing else (campaign.Logo), and
// kept nowhere.
func (s *Server) postRemix(v *visit, in *incoming) (*answer, error) {
	var file []byte
	err := in.each(func(_, _ string, r io.Reader) (err error) {
		file, err = io.ReadAll(io.LimitReader(r, campaign.MaxLogo+1))
		return err
	})
	if err == nil {
		v.query, err = normalise(url.Values(in.form).Encode())
	}
	if err != nil {
		return nil, err
	}
	t, p, err := s.piece(v, kit.Shape(v.get("shape")))
	if err != nil {
		return nil, err
	}
	f := kit.Format(v.get("format"))
	if !slices.Contains(kit.Formats(), f) {
		f = kit.PNG
	}
	if len(file) > 0 {
		if p.Logo, err = logoOf(v.ctx, file); err != nil {
			return s.remixFault(v, t, p, err)
		}
	}
	data, err := render(v.ctx, p, f)
	if err != nil {
		return s.remixFault(v, t, p, err)
	}
	return &answer{contentType: f.MediaType(), filename: p.Name(f), write: func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}}, nil
}

// logoOf makes a logo of a file that somebody hands in, in turn: it takes a process.
func logoOf(ctx context.Context, file []byte) (image.Image, error) {
	done, err := drawings.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	m, err := campaign.Logo(ctx, file)
	if err != nil {
		if keepiton.CodeOf(err) == keepiton.Invalid || keepiton.CodeOf(err) == keepiton.TooLarge {
			err = &keepiton.Error{Code: keepiton.CodeOf(err), Key: "campaign.error.logo", Err: err}
		}
		return nil, err
	}
	return logoImage(m.Bytes)
}
