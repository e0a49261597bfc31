// Bytes, texts and small things. Everything here works from a file:// page, where
// crypto.subtle may be missing.

export const utf8 = (text) => new TextEncoder().encode(text);

export const text = (bytes) => new TextDecoder().decode(bytes);

export const hex = (bytes) => Array.from(bytes, (b) => (b < 16 ? '0' : '') + b.toString(16)).join('');

export function random(n) {
  const out = new Uint8Array(n);
  crypto.getRandomValues(out); // n is far below the limit of 65,536 bytes
  return out;
}

// digits returns n random decimal digits. Bytes of 250 and above are thrown
// away, or the first digits would come more often than the others.
export function digits(n) {
  let out = '';
  while (out.length < n) {
    for (const b of random(n)) {
      if (b < 250 && out.length < n) out += b % 10;
    }
  }
  return out;
}

// read returns the bytes of a part of a file, or of all of it. Blob.arrayBuffer
// is younger than the browsers that we care for.
export function read(blob) {
  if (blob.arrayBuffer) return blob.arrayBuffer().then((b) => new Uint8Array(b));
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(new Uint8Array(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

// pause lets the page answer a finger before the work goes on.
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms || 0));

// put sets fields that are not empty: what was not answered is left out, which
// is not a no.
export function put(to, fields) {
  for (const name of Object.keys(fields)) {
    const v = fields[name];
    const empty = v === undefined || v === '' || v === false || (typeof v === 'object' && Object.keys(v).length === 0);
    if (!empty) to[name] = v;
  }
  return to;
}
