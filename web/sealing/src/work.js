// Proof of work: the counter with which the hash of a challenge begins with
// zero bits (seal/work). In slices, so that the page stays alive; a worker would
// be better and cannot be had everywhere.

import { sha256 } from '@noble/hashes/sha2.js';
import { base64urlnopad } from '@scure/base';
import { pause } from './bytes.js';

const SLICE = 40; // milliseconds

// solve returns "CHALLENGE.COUNTER". tell(tries) is called between slices.
export async function solve(challenge, tell) {
  const given = base64urlnopad.decode(challenge);
  const bits = given[0];
  if (bits > 32) throw new Error('work: ' + bits + ' bits');
  const block = new Uint8Array(given.length + 8);
  block.set(given);
  const view = new DataView(block.buffer);
  for (let counter = 0; counter < 2 ** 36; ) {
    const until = Date.now() + SLICE;
    do {
      view.setUint32(given.length, Math.floor(counter / 2 ** 32));
      view.setUint32(given.length + 4, counter >>> 0);
      const hash = sha256(block);
      const head = ((hash[0] << 24) | (hash[1] << 16) | (hash[2] << 8) | hash[3]) >>> 0;
      if (Math.clz32(head) >= bits) return challenge + '.' + counter;
      counter++;
    } while (counter % 256 || Date.now() < until);
    if (tell) tell(counter);
    await pause();
  }
  throw new Error('work: none found');
}
