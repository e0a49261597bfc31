package evidence

import (
	"encoding/binary"
	"image"
)

// Orientation is the one thing of EXIF that is looked at: how a telephone was
// held (EXIF 2.32, JEITA CP-3451, tag 0x0112). 1 to 8; 1, upright, for
// everything that cannot be read.

// jpegOrientation looks for the EXIF segment of a JPEG: APP1 (ITU-T T.81 B.1.1.3)
// that begins with "Exif\0\0" (EXIF 2.32 section 4.7.2).
func jpegOrientation(b []byte) int {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		marker := b[i+1]
		if marker == 0xff { // fill byte
			i++
			continue
		}
		if marker == 0xda || marker == 0xd9 { // pixels begin, or the end
			break
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			break
		}
		if s := b[i+4 : i+2+n]; marker == 0xe1 && len(s) > 6 && string(s[:6]) == "Exif\x00\x00" {
			return tiffOrientation(s[6:])
		}
		i += 2 + n
	}
	return 1
}

// pngOrientation looks for the chunk eXIf of a PNG (PNG third edition,
// section 11.3.4.5).
func pngOrientation(b []byte) int { return tiffOrientation(pngChunk(b, "eXIf")) }

// pngChunk returns the data of the first chunk of a name, nil if there is none.
func pngChunk(b []byte, name string) []byte {
	for i := 8; i+8 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[i:]))
		if n < 0 || n > len(b)-i-8 {
			break
		}
		if string(b[i+4:i+8]) == name {
			return b[i+8 : i+8+n]
		}
		i += 12 + n
	}
	return nil
}

// tiffOrientation reads the tag in the first directory (TIFF 6.0 section 2).
func tiffOrientation(b []byte) int {
	var order binary.ByteOrder
	switch {
	case len(b) < 8:
		return 1
	case string(b[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(b[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	n := int64(order.Uint16(b[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > int64(len(b)) {
			break
		}
		const tag, short = 0x0112, 3
		if order.Uint16(b[e:]) == tag && order.Uint16(b[e+2:]) == short {
			if o := int(order.Uint16(b[e+8:])); o >= 1 && o <= 8 {
				return o
			}
			break
		}
	}
	return 1
}

// upright turns and mirrors a picture so that it is seen as it was meant.
func upright(img *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch orientation {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			*(*[4]byte)(dst.Pix[dy*dst.Stride+4*dx:]) = *(*[4]byte)(img.Pix[y*img.Stride+4*x:])
		}
	}
	return dst
}
