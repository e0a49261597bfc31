// Sending a sealed container over a bad line.

import { pause } from './bytes.js';
import { solve } from './work.js';

const PIECE = 256 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30, 60, 60, 60, 60]; // seconds between attempts

// Refused is an answer of the server that will not change by asking again.
export class Refused extends Error {
  constructor(status) {
    super('the server answered ' + status);
    this.status = status;
  }
}

// The answers that a busy server, or something on the way to it, gives; 507 says
// that there is no room.
const passing = (status) => (status >= 500 && status !== 507) || status === 408 || status === 425 || status === 429;

// ask sends one request. Nothing but the address and the body goes along.
async function ask(method, url, headers, body) {
  const r = await fetch(url, {
    method, body, headers: headers || {},
    cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error',
  });
  if (r.ok) return r;
  if (passing(r.status)) throw new Error('the server is busy: ' + r.status);
  throw new Refused(r.status);
}

// waitFor sleeps, but not beyond the moment when the line is back.
function waitFor(seconds) {
  let back;
  const online = new Promise((resolve) => {
    back = resolve;
    if (typeof addEventListener === 'function') addEventListener('online', back);
  });
  return Promise.race([pause(seconds * 1000), online]).then(() => {
    if (typeof removeEventListener === 'function') removeEventListener('online', back);
  });
}

// persist makes attempts until one is answered.
async function persist(o, attempt) {
  const waits = o.waits || WAITS;
  for (let i = 0; ; i++) {
    try {
      return await attempt();
    } catch (e) {
      if (e instanceof Refused || i === waits.length) throw e;
      if (o.waiting) o.waiting(waits[i]);
      await waitFor(waits[i]);
    }
  }
}

export const getJSON = (url, o) => persist(o || {}, async () => (await ask('GET', url)).json());

export const postJSON = (url, value, o) =>
  persist(o || {}, () => ask('POST', url, { 'Content-Type': 'application/json' }, JSON.stringify(value)));

// pieces sends the container from where the server has it, and returns when
// the server has all of it.
async function pieces(id, container, o) {
  let at = 0;
  let lost = false;
  while (at < container.size) {
    await persist(o, async () => {
      if (lost) at = Number((await ask('HEAD', '/intake/uploads/' + id)).headers.get('Upload-Offset')) || 0;
      if (at >= container.size) return;
      lost = true; // until this piece is answered, nobody knows how much of it arrived
      const piece = container.slice(at, at + PIECE);
      await ask('PATCH', '/intake/uploads/' + id, { 'Upload-Offset': String(at), 'Content-Type': 'application/octet-stream' }, piece).catch((e) => {
        throw e.status === 409 ? new Error('the server has another part') : e; // ask again where it is
      });
      lost = false;
      at += piece.size;
    });
    if (o.progress) o.progress(at, container.size);
  }
}

// send brings a container to the server. o.proof() resolves to the headers that
// let it in; o.progress(done, all) counts bytes; o.waiting(seconds) is called
// when the line was lost. The server keeps the same container once, so that
// sending it again is safe.
export async function send(container, o) {
  if (container.size <= PIECE) {
    await persist(o, async () => ask('POST', '/intake/sealed', Object.assign({ 'Content-Type': 'application/octet-stream' }, await o.proof()), container));
    if (o.progress) o.progress(container.size, container.size);
    return;
  }
  for (let again = false; ; again = true) {
    // Shown at the beginning, the work opens a lane of its own to all pieces: a
    // flood of the open one does not keep them out.
    const begun = await persist(o, async () =>
      ask('POST', '/intake/uploads', Object.assign({ 'Content-Type': 'application/json' }, await o.proof()), JSON.stringify({ size: container.size })));
    const { id } = await begun.json();
    await pieces(id, container, o);
    try {
      await persist(o, () => ask('POST', '/intake/uploads/' + id));
      return;
    } catch (e) {
      // The answer to an earlier attempt may have been lost after the server
      // had taken it all in; then the upload is gone.
      if (again || !(e instanceof Refused) || e.status !== 404) throw e;
    }
  }
}

// proof asks for a challenge and solves it; tell is called before that. It
// resolves to the header that shows it.
export async function proof(tell) {
  tell();
  const { challenge } = await getJSON('/intake/challenge');
  return { 'X-KeepItOn-Work': await solve(challenge) };
}
