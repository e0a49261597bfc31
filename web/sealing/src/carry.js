// The page that takes sealed files from anybody, when script is on: each goes in
// pieces that survive a cut line. Nothing is sealed here; the files are already.

import { read } from './bytes.js';
import { able, plainly } from './enhance.js';
import { files } from './form.js';
import { byId, element, progress, say, words } from './page.js';
import { Refused, getJSON, proof, send } from './upload.js';

const WHY = { 400: 'page.sealed.unsealed', 413: 'page.sealed.large', 507: 'page.sealed.full' };

const BEGINNINGS = ['keepiton-sealed 1\n', 'age-encryption.org/v1\n', '-----BEGIN AGE ENCRYPTED FILE-----', '-----BEGIN PGP MESSAGE-----'];

// sealed reports whether a file begins as sealed ones do (bundle.ReadHeader). A
// photo that was chosen by mistake must not leave.
async function sealed(file) {
  const start = await read(file.slice(0, 256));
  const letters = String.fromCharCode.apply(null, Array.from(start));
  if (BEGINNINGS.some((b) => letters.replace(/^\s+/, '').startsWith(b))) return true;
  const tag = start[0] & 0x40 ? start[0] & 0x3f : (start[0] & 0x3f) >> 2; // of an OpenPGP packet, RFC 9580 section 4.2
  return start[0] >= 0x80 && [1, 3, 10].includes(tag);
}

export function carry(form) {
  if (!able()) return;
  const learned = getJSON(form.dataset.carry);
  learned.catch(() => {});
  const button = form.querySelector('button');

  async function hand(data) {
    const t = words(data.texts);
    const chosen = files(form);
    if (chosen.length === 0) {
      button.disabled = false;
      return say(t('page.sealed.none'));
    }
    const old = byId('taken');
    if (old) old.remove();
    const box = element('section', { id: 'taken', className: 'tell' });
    box.setAttribute('role', 'status');
    box.appendChild(element('h2', {}, t('page.sealed.result')));
    const list = box.appendChild(element('ul', {}));
    for (const f of chosen) {
      say(t('sending'));
      progress(0, 0);
      let why = '';
      try {
        if (!(await sealed(f))) throw new Refused(400);
        await send(f, { progress, waiting: () => say(t('waiting')), proof: () => proof(() => say(t('work'))) });
      } catch (e) {
        why = WHY[e.status] || 'page.sealed.failed';
      }
      const item = list.appendChild(element('li', {}));
      item.appendChild(element('bdi', {}, f.name));
      item.appendChild(document.createTextNode(': '));
      item.appendChild(why ? element('span', {}, t(why)) : element('b', {}, t('page.sealed.taken')));
      form.parentNode.insertBefore(box, form);
    }
    say('');
    byId('progress').hidden = true;
    button.disabled = false;
    form.reset();
  }

  function caught(e) {
    e.preventDefault();
    button.disabled = true;
    learned.then(hand, () => {
      form.removeEventListener('submit', caught);
      return plainly(button);
    });
  }
  form.addEventListener('submit', caught);
}
