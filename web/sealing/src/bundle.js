// The bundle: frames with the files and the report, padded to a size bucket
// (docs/design/004-voices.md, "Bundle: frames").

import { sha256 } from '@noble/hashes/sha2.js';
import { hex, pause, put, read, utf8 } from './bytes.js';

const FRAME = 5; // type and length
export const MAX_FRAME = 65536;
export const MAX_FILES = 40;
export const MAX_BYTES = 50000000; // of all files together
const SMALLEST = 4096;
const LARGEST = 64 * 1024 * 1024;

// bucket returns the smallest size bucket for n bytes: 4 KiB times a power of
// two. A gap too small for the frame of a padding takes the next one.
export function bucket(n) {
  let size = SMALLEST;
  while (size < n || (size > n && size - n < FRAME)) size *= 2;
  if (size > LARGEST) throw new Error('bundle: over 64 MiB');
  return size;
}

// Writer writes a bundle by push(bytes).
export class Writer {
  constructor(push) {
    this.push = push;
    this.length = 0;
    this.files = [];
    this.bytes = 0;
    this.frame('K', utf8('keepiton-bundle 1'));
  }

  frame(type, content) {
    const head = new Uint8Array(FRAME);
    head[0] = type.charCodeAt(0);
    new DataView(head.buffer).setUint32(1, content.length);
    this.push(head);
    if (content.length) this.push(content);
    this.length += FRAME + content.length;
  }

  // file adds a file; progress(bytes) is called as it goes.
  async file(file, progress) {
    if (this.files.length === MAX_FILES) throw new Error('bundle: over ' + MAX_FILES + ' files');
    if (this.bytes + file.size > MAX_BYTES) throw new Error('bundle: the files have over ' + MAX_BYTES + ' bytes');
    const entry = { name: file.name, type: file.type };
    this.frame('F', utf8(JSON.stringify(entry)));
    const sum = sha256.create();
    let size = 0;
    while (size < file.size) {
      const piece = await read(file.slice(size, size + MAX_FRAME));
      if (piece.length === 0) throw new Error('bundle: a file ended early');
      sum.update(piece);
      this.frame('D', piece);
      size += piece.length;
      if (progress) progress(piece.length);
      if (size % (8 * MAX_FRAME) === 0) await pause();
    }
    const end = { size, sha256: hex(sum.digest()) };
    this.frame('E', utf8(JSON.stringify(end)));
    this.files.push(put({}, { name: entry.name, type: entry.type, size: size || '', sha256: end.sha256 }));
    this.bytes += size;
  }

  // end writes the report and pads. The report's files are those written.
  end(report) {
    const whole = Object.assign({}, report);
    if (this.files.length) whole.files = this.files;
    const json = utf8(JSON.stringify(whole));
    if (json.length > MAX_FRAME) throw new RangeError('bundle: the report has over ' + MAX_FRAME + ' bytes');
    this.frame('R', json);
    let gap = bucket(this.length + FRAME) - this.length - FRAME;
    while (gap > 0) {
      let n = Math.min(gap, FRAME + MAX_FRAME);
      if (gap - n > 0 && gap - n < FRAME) n -= FRAME; // the rest must hold a frame too
      this.frame('P', new Uint8Array(n - FRAME));
      gap -= n;
    }
    this.frame('Z', new Uint8Array(0));
  }
}
