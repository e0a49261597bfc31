// The container: what leaves the device.

import { Sealer } from './age.js';
import { Writer } from './bundle.js';
import { pause, utf8 } from './bytes.js';

const PART = 1 << 20; // ciphertext is handed to the browser by the mebibyte

// parts gathers pieces in a Blob, which a browser keeps where it has room.
class Parts {
  constructor() {
    this.blobs = [];
    this.pieces = [];
    this.waiting = 0;
  }

  add(piece) {
    this.pieces.push(piece);
    this.waiting += piece.length;
    if (this.waiting >= PART) this.pack();
  }

  pack() {
    this.blobs.push(new Blob(this.pieces));
    this.pieces = [];
    this.waiting = 0;
  }

  blob() {
    this.pack();
    return new Blob(this.blobs, { type: 'application/octet-stream' });
  }
}

// sealReport seals a report with its files and returns a Blob. header, which
// anybody can read, is {receipt, open}; null leaves it out, and then nothing in
// the file names us. progress(done, all) counts bytes of the files.
export async function sealReport(report, files, recipients, header, progress) {
  const out = new Parts();
  if (header) out.add(utf8('keepiton-sealed 1\n' + JSON.stringify(header) + '\n'));
  await pause();
  const sealer = new Sealer(recipients, (piece) => out.add(piece));
  const bundle = new Writer((bytes) => sealer.push(bytes));
  let all = 0;
  let done = 0;
  for (const f of files) all += f.size;
  for (const f of files) {
    await bundle.file(f, (n) => {
      done += n;
      if (progress) progress(done, all);
    });
  }
  bundle.end(report);
  sealer.end();
  return out.blob();
}
