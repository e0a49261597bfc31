// Receipts: 32 digits that only the sender has (docs/design/004-voices.md).

import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { MLKEM768X25519 } from '@noble/post-quantum/hybrid.js';
import { bech32 } from '@scure/base';
import { open } from './age.js';
import { digits, hex, text, utf8 } from './bytes.js';

const RANDOM = 30;
const ALL = 32;

// remainder of a decimal number by 97, digit by digit: no number of 32 digits
// is exact here.
function remainder(number) {
  let r = 0;
  for (const d of number) r = (r * 10 + Number(d)) % 97;
  return r;
}

// check returns the two check digits of ISO 7064 MOD 97-10: with them the whole
// leaves 1.
function check(number) {
  const c = 98 - remainder(number + '00');
  return (c < 10 ? '0' : '') + c;
}

export function newReceipt() {
  const random = digits(RANDOM);
  return random + check(random);
}

// format writes a receipt in eight groups of four.
export const format = (receipt) => receipt.replace(/(....)(?=.)/g, '$1 ');

// The zeros of the scripts whose digits stand in place order: Unicode 15,
// category Nd, which holds whole runs of ten.
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090,
  0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50,
  0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0,
  0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0,
  0x1e4f0, 0x1e950, 0x1fbf0,
];

// western writes the digits of any script as 0 to 9 and leaves the rest alone.
export function western(s) {
  return Array.from(s, (c) => {
    const code = c.codePointAt(0);
    const zero = ZEROS.find((z) => code >= z && code < z + 10);
    return zero === undefined ? c : String(code - zero);
  }).join('');
}

// parseReceipt reads what a person typed; null when it is no receipt.
export function parseReceipt(typed) {
  const receipt = western(typed).replace(/[\s\u00ad\u061c\u200b-\u200f\u2010-\u2015\u2212\u2066-\u2069\u202a-\u202e\ufeff-]/g, '');
  if (!/^[0-9]{32}$/.test(receipt) || receipt.length !== ALL || remainder(receipt) !== 1) return null;
  return receipt;
}

function derive(receipt, label, length) {
  return hkdf(sha256, utf8(receipt.slice(0, RANDOM)), undefined, utf8('keepiton receipt 1 ' + label), length);
}

export const lookup = (receipt) => hex(derive(receipt, 'lookup', 16));

// replyIdentity is the age identity that opens replies.
export function replyIdentity(receipt) {
  return bech32.encodeFromBytes('AGE-SECRET-KEY-PQ-', derive(receipt, 'reply', 32)).toUpperCase();
}

// addition is the receipt of addition n to the report of a receipt, from 1 to 8
// (intake.AdditionReceipt).
export function addition(receipt, n) {
  const number = BigInt('0x' + hex(derive(receipt, 'addition ' + n, 24))) % BigInt('1' + '0'.repeat(RANDOM));
  const random = number.toString().padStart(RANDOM, '0');
  return random + check(random);
}

// address is the public half of a receipt.
export function address(receipt) {
  const reply = MLKEM768X25519.getPublicKey(derive(receipt, 'reply', 32));
  return {
    lookup: lookup(receipt),
    reply: bech32.encode('age1pq', bech32.toWords(reply), false), // false: longer than Bech32's 90 characters
    withdraw: hex(ed25519.getPublicKey(derive(receipt, 'withdraw', 32))),
  };
}

// withdrawal signs that the report of a receipt is to be destroyed.
export function withdrawal(receipt) {
  const message = utf8('keepiton withdraw 1\n' + lookup(receipt) + '\n');
  return hex(ed25519.sign(message, derive(receipt, 'withdraw', 32)));
}

// openReply opens a sealed reply: four bytes of length, the text, zeros.
export function openReply(receipt, sealed) {
  const plain = open(sealed, replyIdentity(receipt));
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  if (length > plain.length - 4) throw new Error('reply: its length is wrong');
  return text(plain.subarray(4, 4 + length));
}
