package blind

import (
	"crypto/cipher"
	"crypto/rand"

	"golang.org/x/crypto/chacha20poly1305"
)

// A bodyKey wraps one body and no other.
type bodyKey [chacha20poly1305.KeySize]byte

func newBodyKey() (k bodyKey) {
	_, _ = rand.Read(k[:]) // never fails (crypto/rand, Go 1.24)
	return k
}

func (k *bodyKey) aead() cipher.AEAD {
	a, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		panic(err) // only for a key of another length
	}
	return a
}

// keyOffset is how many bytes stand before a key in its column. SQLite moves the
// beginnings of rows from page to page when a page is full, and leaves copies in
// the gaps, which secure_delete does not clear. What does not fit into 1,002 bytes
// (sqlite.org/fileformat2.html, section 1.6, for pages of 4 KiB) lies in overflow
// pages of its own, which are never moved, and cleared when the row goes. A key
// has to lie there, and so have the columns after it.
const keyOffset = 1024

// column is how the key is stored in a row.
func (k *bodyKey) column() []byte {
	return append(make([]byte, keyOffset, keyOffset+len(k)), k[:]...)
}

// keyIn takes the key out of its column.
func keyIn(column []byte) (k bodyKey, ok bool) {
	if len(column) != keyOffset+len(k) {
		return k, false
	}
	return bodyKey(column[keyOffset:]), true
}
