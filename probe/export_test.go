package probe

import (
	"bytes"
	"errors"
)

// SNIOfInitial gives tests the name in a first packet, as a censor reads it: the keys
// come from the packet itself.
func SNIOfInitial(datagram []byte, names ...string) (string, error) {
	p, _, err := readLong(datagram)
	if err != nil || p.kind != quicInitial {
		return "", errors.New("no Initial")
	}
	client, _, err := initialKeys(p.dcid)
	if err != nil {
		return "", err
	}
	_, frames, err := p.open(client, -1)
	if err != nil {
		return "", err
	}
	for _, n := range names {
		if bytes.Contains(frames, []byte(n)) {
			return n, nil
		}
	}
	return "", nil
}
