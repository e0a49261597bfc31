// Package api answers /api/v1: the record for programs, read only and without
// a key.
//
// The life of a request: Server.ServeHTTP sets the headers that every answer
// has, refuses what is no read, and answers 304 when the client has the newest
// state; huma decodes and checks the parameters; a handler asks the store one
// question and returns a document. Errors are RFC 9457 problems that name the
// parameter.
//
// What is not public never leaves: every revision passes through
// keepiton.Revision.Redact with what is confidential in its newest state.
//
//	handler := api.New(api.Options{Store: st, BaseURL: "https://example.org"})
//	mux.Handle("/api/", handler)
package api
