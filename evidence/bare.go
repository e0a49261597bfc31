package evidence

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// A child that was taken over answers what it likes. These checks are the
// parent's: a copy leaves a child only when it is made of nothing but what shows
// pixels. They walk lengths and decode nothing.

// checkCopy refuses an answer whose parts are not all bare.
func checkCopy(a answer) error {
	if len(a.Parts) == 0 || len(a.Parts) > MaxPages {
		return failed(fmt.Sprintf("the child answered with %d pictures", len(a.Parts)))
	}
	for i, p := range a.Parts {
		width, height, err := bare(p.Kind, a.bodies[i])
		if err != nil {
			return failed(fmt.Sprintf("the child answered with something that is no copy: %v", err))
		}
		if width != p.Width || height != p.Height {
			return failed(fmt.Sprintf("the child answered with %d × %d pixels and said %d × %d", width, height, p.Width, p.Height))
		}
	}
	return nil
}

// bare returns the size of a picture that has pixels and nothing else, or an
// error that names what it has besides.
func bare(k Kind, b []byte) (width, height int, err error) {
	switch k {
	case JPEG:
		return bareJPEG(b)
	case PNG:
		return barePNG(b)
	case GIF:
		return bareGIF(b)
	}
	return 0, 0, fmt.Errorf("kind %s", k)
}

// bareJPEG allows the tables, the frame and one scan of a baseline JPEG (ITU-T
// T.81 B.2.1), and its end where the file ends.
func bareJPEG(b []byte) (width, height int, err error) {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return 0, 0, fmt.Errorf("jpeg: no begin")
	}
	const dqt, sof0, dht, sos = 0xdb, 0xc0, 0xc4, 0xda
	for i := 2; ; {
		if i+4 > len(b) || b[i] != 0xff {
			return 0, 0, fmt.Errorf("jpeg: no segment at byte %d", i)
		}
		marker, n := b[i+1], int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			return 0, 0, fmt.Errorf("jpeg: segment at byte %d reaches beyond the end", i)
		}
		switch marker {
		case dqt, dht:
		case sof0:
			if n < 8 || width > 0 {
				return 0, 0, fmt.Errorf("jpeg: frame at byte %d", i)
			}
			height, width = int(binary.BigEndian.Uint16(b[i+5:])), int(binary.BigEndian.Uint16(b[i+7:]))
		case sos:
			for j := i + 2 + n; j+1 < len(b); j++ {
				if b[j] == 0xff && b[j+1] != 0 { // RST is not written
					if b[j+1] != 0xd9 || j+2 != len(b) {
						return 0, 0, fmt.Errorf("jpeg: marker 0x%02x at byte %d", b[j+1], j)
					}
					return width, height, nil
				}
			}
			return 0, 0, fmt.Errorf("jpeg: no end")
		default:
			return 0, 0, fmt.Errorf("jpeg: marker 0x%02x at byte %d", marker, i)
		}
		i += 2 + n
	}
}

// barePNG allows the critical chunks alone (PNG third edition, section 11.2),
// with their checksums, and the end where the file ends.
func barePNG(b []byte) (width, height int, err error) {
	const signature = "\x89PNG\r\n\x1a\n"
	if len(b) < len(signature) || string(b[:8]) != signature {
		return 0, 0, fmt.Errorf("png: no signature")
	}
	for i := 8; ; {
		if i+12 > len(b) {
			return 0, 0, fmt.Errorf("png: no end")
		}
		n, name := int(binary.BigEndian.Uint32(b[i:])), string(b[i+4:i+8])
		if n < 0 || n > len(b)-i-12 {
			return 0, 0, fmt.Errorf("png: chunk %q at byte %d reaches beyond the end", name, i)
		}
		if crc32.ChecksumIEEE(b[i+4:i+8+n]) != binary.BigEndian.Uint32(b[i+8+n:]) {
			return 0, 0, fmt.Errorf("png: checksum of %q at byte %d", name, i)
		}
		switch {
		case name == "IHDR" && i == 8 && n == 13:
			width, height = int(binary.BigEndian.Uint32(b[16:])), int(binary.BigEndian.Uint32(b[20:]))
		case i == 8 || !slices.Contains([]string{"PLTE", "IDAT", "IEND"}, name):
			return 0, 0, fmt.Errorf("png: chunk %q at byte %d", name, i)
		}
		i += 12 + n
		if name == "IEND" {
			if n > 0 || i != len(b) {
				return 0, 0, fmt.Errorf("png: more after the end")
			}
			return width, height, nil
		}
	}
}

// bareGIF allows frames, how long each is shown and how often all are (GIF89a
// sections 20 and 23, and the application extension NETSCAPE2.0).
func bareGIF(b []byte) (width, height int, err error) {
	if len(b) < 13 || string(b[:6]) != "GIF89a" {
		return 0, 0, fmt.Errorf("gif: no header")
	}
	width, height = int(binary.LittleEndian.Uint16(b[6:])), int(binary.LittleEndian.Uint16(b[8:]))
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	const loop = "\x21\xff\x0bNETSCAPE2.0\x03\x01"
	for i := 13 + table(b[10]); i < len(b); {
		switch {
		case b[i] == 0x3b:
			if i+1 != len(b) {
				return 0, 0, fmt.Errorf("gif: more after the end")
			}
			return width, height, nil
		case len(b)-i >= 8 && string(b[i:i+3]) == "\x21\xf9\x04" && b[i+7] == 0:
			i += 8
		case len(b)-i >= len(loop)+3 && string(b[i:i+len(loop)]) == loop && b[i+len(loop)+2] == 0:
			i += len(loop) + 3
		case b[i] == 0x2c && len(b)-i > 11:
			i += 11 + table(b[i+9])
			for i < len(b) && b[i] != 0 {
				i += 1 + int(b[i])
			}
			i++
		default:
			return 0, 0, fmt.Errorf("gif: block 0x%02x at byte %d", b[i], i)
		}
	}
	return 0, 0, fmt.Errorf("gif: no end")
}
