// The age format (age-encryption.org/v1) by pushing chunks. The npm package
// age-encryption does it with TransformStream, which phones of 2019 do not
// have; the recipients and the header are the package's own.

import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64nopad } from '@scure/base';
import { HybridIdentity, HybridRecipient } from '../node_modules/age-encryption/dist/recipients.js';
import { Stanza, encodeHeader, encodeHeaderNoMAC } from '../node_modules/age-encryption/dist/format.js';
import { random, text, utf8 } from './bytes.js';

const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE = 16;

const headerMAC = (fileKey, header) => hmac(sha256, hkdf(sha256, fileKey, undefined, utf8('header'), 32), header);
const payloadKey = (fileKey, nonce) => hkdf(sha256, fileKey, nonce, utf8('payload'), 32);

// counter returns the nonce of chunk n: eleven bytes of number, one that marks
// the last chunk.
function counter(n, last) {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, n);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

// Sealer seals what is pushed to recipients (age1pq1…) and hands the ciphertext
// to emit, piece by piece.
export class Sealer {
  constructor(recipients, emit) {
    if (recipients.length === 0) throw new Error('no recipients');
    const fileKey = random(16);
    const stanzas = [];
    for (const r of recipients) stanzas.push(...new HybridRecipient(r).wrapFileKey(fileKey));
    const nonce = random(NONCE);
    this.key = payloadKey(fileKey, nonce);
    this.emit = emit;
    this.chunk = new Uint8Array(CHUNK);
    this.used = 0;
    this.n = 0;
    emit(encodeHeader(stanzas, headerMAC(fileKey, encodeHeaderNoMAC(stanzas))));
    emit(nonce);
  }

  push(bytes) {
    let at = 0;
    while (at < bytes.length) {
      if (this.used === CHUNK) this.flush(false); // only now is it sure that it is not the last
      const n = Math.min(CHUNK - this.used, bytes.length - at);
      this.chunk.set(bytes.subarray(at, at + n), this.used);
      this.used += n;
      at += n;
    }
  }

  flush(last) {
    this.emit(chacha20poly1305(this.key, counter(this.n, last)).encrypt(this.chunk.subarray(0, this.used)));
    this.n++;
    this.used = 0;
  }

  end() {
    this.flush(true);
    this.chunk.fill(0);
  }
}

const MAX_HEADER = 256 * 1024;

// header takes an age file apart: stanzas, the bytes under the MAC, the MAC and
// where the payload begins.
function header(file) {
  let at = 0;
  const line = () => {
    const end = file.indexOf(10, at);
    if (end < 0 || end > MAX_HEADER) throw new Error('age: the header has no end');
    const s = text(file.subarray(at, end));
    at = end + 1;
    return s;
  };
  if (line() !== 'age-encryption.org/v1') throw new Error('age: not an age file');
  const stanzas = [];
  for (;;) {
    const begin = at;
    const first = line();
    if (first.startsWith('--- ')) {
      return { stanzas, signed: file.subarray(0, begin + 3), mac: base64nopad.decode(first.slice(4)), rest: file.subarray(at) };
    }
    if (!first.startsWith('-> ')) throw new Error('age: no stanza at byte ' + begin);
    let body = '';
    let part;
    do {
      part = line();
      if (part.length > 64) throw new Error('age: a line is too long at byte ' + at);
      body += part;
    } while (part.length === 64);
    stanzas.push(new Stanza(first.slice(3).split(' '), base64nopad.decode(body)));
  }
}

function same(a, b) {
  let different = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) different |= a[i] ^ b[i];
  return different === 0;
}

// open returns the plaintext of an age file sealed to a hybrid identity. It is
// for replies, which are small: all of it is in memory.
export function open(file, identity) {
  const h = header(file);
  const fileKey = new HybridIdentity(identity).unwrapFileKey(h.stanzas);
  if (!fileKey) throw new Error('age: sealed to somebody else');
  if (!same(h.mac, headerMAC(fileKey, h.signed))) throw new Error('age: the header was changed');
  const key = payloadKey(fileKey, h.rest.subarray(0, NONCE));
  const payload = h.rest.subarray(NONCE);
  const out = new Uint8Array(payload.length);
  let length = 0;
  for (let n = 0, at = 0; n === 0 || at < payload.length; n++, at += CHUNK + TAG) {
    const piece = payload.subarray(at, at + CHUNK + TAG);
    const last = at + CHUNK + TAG >= payload.length;
    if (n > 0 && piece.length === TAG) throw new Error('age: an empty chunk at the end');
    const plain = chacha20poly1305(key, counter(n, last)).decrypt(piece);
    out.set(plain, length);
    length += plain.length;
  }
  return out.subarray(0, length);
}
