package courier

import (
	"bufio"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// socks answers one connection as a proxy of RFC 1928 and leads it to to. It
// sends the name that was asked for to names.
func socks(l net.Listener, to string, names chan<- string) {
	in, err := l.Accept()
	if err != nil {
		return
	}
	defer in.Close()
	r := bufio.NewReader(in)
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		return
	}
	io.CopyN(io.Discard, r, int64(head[1]))
	in.Write([]byte{5, 0}) // no authentication
	request := make([]byte, 5)
	if _, err := io.ReadFull(r, request); err != nil {
		return
	}
	name := "not a name"
	if request[3] == 3 { // DOMAINNAME
		b := make([]byte, request[4])
		io.ReadFull(r, b)
		io.CopyN(io.Discard, r, 2)
		name = string(b)
	}
	names <- name
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	in.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	go io.Copy(out, r)
	io.Copy(in, out)
}

func TestProxyLooksUpTheName(t *testing.T) {
	s := &site{}
	srv := httptest.NewServer(s)
	defer srv.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	names := make(chan string, 1)
	go socks(l, strings.TrimPrefix(srv.URL, "http://"), names)
	proxy, err := CheckProxy("socks5://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := url.Parse("http://madeupnamethatnobodyresolves.onion")
	if err != nil {
		t.Fatal(err)
	}
	c := &Courier{Server: server, Client: NewClient(proxy)}
	if err := c.Send(t.Context(), strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	if name := <-names; name != server.Host || len(s.taken) != 1 {
		t.Errorf("the proxy was asked for %q, and the server has %d files", name, len(s.taken))
	}
}
