package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"keepiton"
	"keepiton/intake/courier"
	"keepiton/kit"
	"keepiton/locale"
)

// partnerTokens is what a partner does: it has tokens signed and prints them.
func partnerTokens(ctx context.Context, e *env, f partnerFlags) error {
	server, err := courier.CheckServer(f.server)
	if err != nil {
		return fmt.Errorf("--server: %w", err)
	}
	proxy, err := courier.CheckProxy(f.proxy)
	if err != nil {
		return fmt.Errorf("--proxy: %w", err)
	}
	line, err := bufio.NewReader(io.LimitReader(e.stdin, 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return keepiton.Errorf(keepiton.Invalid, "read the partner's key: %w", err)
	}
	c := &courier.Courier{Server: server, Client: courier.NewClient(proxy)}
	key := strings.TrimSpace(line)
	var tokens []string
	if f.petition != "" {
		tokens, err = partnerLinks(ctx, c, f, key)
	} else {
		tokens, err = c.Tokens(ctx, key, f.count)
	}
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(e.stdout, tokens)
	}
	for _, t := range tokens {
		fmt.Fprintln(e.stdout, t)
	}
	return nil
}

// partnerLinks has tokens signed that sign a petition, and returns the links that do
// it, on cards as well if there shall be some.
func partnerLinks(ctx context.Context, c *courier.Courier, f partnerFlags, key string) ([]string, error) {
	id := keepiton.EntryID(f.petition)
	p, page, err := c.Petition(ctx, id, f.lang)
	if err != nil {
		return nil, err
	}
	links, err := c.Signatures(ctx, id, key, f.count)
	if err != nil {
		return nil, err
	}
	for i, t := range links {
		links[i] = page + "/token/" + t
	}
	if f.cards == "" {
		return links, nil
	}
	title, _ := p.Title.In(f.lang)
	to, _ := p.To.In(f.lang)
	var b bytes.Buffer
	if err := kit.WriteCards(&b, kit.Cards{Title: title, To: to, Closes: p.Closes, Page: page, Links: links}, locale.For(f.lang)); err != nil {
		return links, err
	}
	return links, os.WriteFile(f.cards, b.Bytes(), 0o600) // who has a card signs
}
