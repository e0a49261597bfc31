package bgp

// Types of MRT records (RFC 6396 section 4 and its appendix B, IANA "MRT").
const (
	typeBGP         = 5 // deprecated; RIS until 2000
	typeTableDump   = 12
	typeTableDumpV2 = 13
	typeBGP4MP      = 16
	typeBGP4MPET    = 17 // with microseconds
)

// Subtypes of TABLE_DUMP_V2 (RFC 6396 section 4.3, RFC 8050 section 4).
const (
	peerIndexTable = 1
	rib4Unicast    = 2
	rib4Multicast  = 3
	rib6Unicast    = 4
	rib6Multicast  = 5
	ribGeneric     = 6
	geoPeerTable   = 7  // RFC 6397
	rib4UniPaths   = 8  // RFC 8050: with path identifiers
	rib4MultiPaths = 9  //
	rib6UniPaths   = 10 //
	rib6MultiPaths = 11 //
	ribGenPaths    = 12 //
)

// Subtypes of BGP4MP (RFC 6396 section 4.4, RFC 8050 section 3).
const (
	stateChange       = 0
	message           = 1
	entry             = 2 // deprecated, appendix B.2.4
	snapshot          = 3 // deprecated
	messageAS4        = 4
	stateChangeAS4    = 5
	messageLocal      = 6
	messageAS4Local   = 7
	messagePaths      = 8
	messageAS4Paths   = 9
	messageLocPaths   = 10
	messageAS4LocPath = 11
)

// Subtypes of the deprecated type BGP (RFC 6396 appendix B.2.1).
const (
	oldUpdate      = 1
	oldStateChange = 3
	oldKeepalive   = 7
)

const (
	headerLen = 12 // RFC 6396 section 2

	// The longest records that are believed. A BGP message has at most 65,535 bytes
	// (RFC 8654) and the headers around it some dozens; a table record holds one entry
	// a peer, of at most 64 KiB of attributes each: 16 MiB is a hundred times the
	// largest seen.
	maxMessageRecord = 65535 + 64
	maxTableRecord   = 16 << 20
)

// longest returns how many bytes a record of the type may have after its header;
// 0 when there is no such type. Types of other protocols are known by name only, so
// that they can be stepped over (RFC 6396 section 4: OSPFv2 11, IS-IS 32 and 33,
// OSPFv3 48 and 49; appendix B: 1 to 10).
func longest(typ, subtype uint16) int {
	switch typ {
	case typeBGP:
		if subtype <= oldKeepalive {
			return maxMessageRecord
		}
	case typeTableDump:
		if subtype >= 1 && subtype <= 4 {
			return maxMessageRecord
		}
	case typeTableDumpV2:
		if subtype >= peerIndexTable && subtype <= ribGenPaths {
			return maxTableRecord
		}
	case typeBGP4MP, typeBGP4MPET:
		switch {
		case subtype == entry || subtype == snapshot:
			return maxTableRecord
		case subtype <= messageAS4LocPath:
			return maxMessageRecord
		}
	case 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 32, 33, 48, 49:
		if subtype <= 32 {
			return maxMessageRecord
		}
	}
	return 0
}
