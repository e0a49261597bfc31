// What the two pages share: texts, pieces of a page, saving a file.

import { random } from './bytes.js';

export const byId = (id) => document.getElementById(id);

// words returns the function that writes a text of a page: {{.Name}} in it is
// filled from values.
export const words = (texts) => (key, values) =>
  (texts[key] || key).replace(/\{\{\.(\w+)\}\}/g, (whole, name) => (values && name in values ? values[name] : whole));

// fill makes a paragraph's pieces of a text: the placeholder becomes an element,
// which keeps its own direction.
export function fill(parent, text, name, value) {
  const [before, after] = text.split('{{.' + name + '}}');
  parent.appendChild(document.createTextNode(before));
  parent.appendChild(element('bdi', { dir: 'ltr' }, value));
  if (after) parent.appendChild(document.createTextNode(after));
  return parent;
}

// group puts the digits of a receipt into an element, four by four.
export function group(parent, receipt) {
  for (const four of receipt.match(/.{4}/g)) {
    parent.appendChild(element('span', {}, four));
    parent.appendChild(document.createTextNode(' '));
  }
}

// say puts a text where screen readers hear of changes.
export function say(text) {
  const said = byId('said');
  if (said) said.textContent = text;
}

export function progress(done, all) {
  const bar = byId('progress');
  if (!bar) return;
  bar.hidden = false;
  if (all > 0) {
    bar.max = all;
    bar.value = done;
  } else {
    bar.removeAttribute('value');
  }
}

// missing names what this browser lacks, or is empty.
export function missing() {
  if (typeof BigInt !== 'function') return 'BigInt';
  if (typeof crypto !== 'object' || !crypto.getRandomValues) return 'crypto';
  if (typeof TextEncoder !== 'function' || typeof Blob !== 'function') return 'Blob';
  return '';
}

// pick draws one of a few, each as likely as the others.
function pick(list) {
  const limit = 256 - (256 % list.length);
  for (;;) {
    const b = random(1)[0];
    if (b < limit) return list[b % list.length];
  }
}

// innocuous makes up a file name that tells nothing.
export function innocuous() {
  let n = '';
  for (let i = 0; i < 5; i++) n += pick('0123456789');
  return pick(['backup', 'cache', 'data', 'index', 'part', 'temp']) + '-' + n + pick(['.bin', '.dat']);
}

// offer makes a link save a blob under a name, and returns what forgets it.
export function offer(link, blob, name) {
  const url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  return () => URL.revokeObjectURL(url);
}

// element makes an element with properties and a text.
export function element(name, properties, text) {
  const e = document.createElement(name);
  Object.assign(e, properties);
  if (text) e.appendChild(document.createTextNode(text));
  return e;
}
