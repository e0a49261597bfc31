// The forms of the site, when script is on: what was typed is sealed here, and
// the server gets a container that it cannot read. Without this script the same
// forms are sealed in the server's memory.

import { MAX_BYTES, MAX_FILES } from './bundle.js';
import { pause } from './bytes.js';
import { sealReport } from './container.js';
import { compose, empty, files, values } from './form.js';
import { moments, zoneChoice } from './moments.js';
import { byId, element, fill, group, innocuous, missing, offer, progress, say, words } from './page.js';
import { address, newReceipt } from './receipt.js';
import { regionChoice, thrifty } from './regions.js';
import { getJSON, proof, send } from './upload.js';
import { dictionary } from './when.js';

// learn fetches what the script says, and the keys: {t, lang, texts, dates,
// words, zones, recipients, serial, fingerprint}. It fails when there is nobody
// to seal to in a browser.
export async function learn(source) {
  const data = await getJSON(source);
  if (!data.recipients || data.recipients.length === 0) throw new Error('no age keys');
  return Object.assign({ t: words(data.texts), words: dictionary(data.dates) }, data);
}

// able reports whether this browser can do it.
export const able = () => !missing() && typeof fetch === 'function';

// plainly sends a form as without script. Not at once: while a form asks its
// listeners, it does not begin again.
export async function plainly(button) {
  await pause();
  button.disabled = false;
  button.click();
}

// openFields are the few that the sender has ticked to leave readable.
function openFields(typed, report) {
  if ((typed.open || [])[0] !== 'yes') return undefined;
  const net = report.networks || {};
  const cut = ['mobile', 'fixed'].filter((n) => net[n] === 'yes');
  const kind = cut.length === 2 ? 'full' : cut[0] || ((report.services || []).length ? 'service' : undefined);
  const at = (report.began || {}).at || '';
  return { country: report.country, day: /^\d{4}-\d\d-\d\d/.test(at) ? at.slice(0, 10) : undefined, kind };
}

// enhance makes a form of the page seal and send. o has kind and learned, the
// promise of learn; receipt gives the receipt to seal under, adds the lookup of
// the report that is added to, and sent is called with the receipt in the end.
export function enhance(form, o) {
  const button = form.querySelector('button[value=send], button[value=add]');
  let data = null;
  let readMoment = () => '';
  let forget = () => {};
  let last = {}; // what was sealed last: {of, container, receipt}

  o.learned.then((learned) => {
    data = learned;
    const plain = byId('plain');
    if (plain) {
      plain.textContent = data.t('on') + ' ';
      plain.appendChild(fill(element('span', { className: 'note' }), data.t('keys', { Serial: data.serial }), 'Fingerprint', data.fingerprint));
    }
    const check = form.querySelector('button[value=check]');
    if (check) {
      check.parentNode.nextElementSibling.remove();
      check.parentNode.remove();
    }
    if (form.elements.place) { // an organization that asks to join says its country alone
      if (data.regions && !thrifty()) regionChoice(form, data.lang, data.t, () => getJSON(data.regions));
      zoneChoice(form, data, data.t);
    }
    readMoment = moments(form, data, data.t);
  }).catch(() => {});

  function stop(key) {
    button.disabled = false;
    byId('progress').hidden = true;
    say(data.t(key));
  }

  async function submit() {
    const typed = values(form);
    const chosen = files(form);
    button.disabled = true;
    progress(0, 0);
    try {
      data = await o.learned;
    } catch (e) {
      form.removeEventListener('submit', caught);
      return plainly(button);
    }
    if (empty(typed) && chosen.length === 0) return stop('empty');
    if (chosen.length > MAX_FILES || chosen.reduce((n, f) => n + f.size, 0) > MAX_BYTES) return stop('large');
    say(data.t('sealing'));
    // The same form again is the same container again: the first may have
    // arrived, and only its answer not.
    const of = JSON.stringify([typed, chosen.map((f) => [f.name, f.size, f.lastModified])]);
    if (last.of === of) return deliver(last.container, last.receipt);
    const receipt = o.receipt ? o.receipt() : newReceipt();
    let container;
    try {
      const to = address(receipt);
      const report = compose(typed, { kind: o.kind, lang: data.lang, road: 'browser', adds: o.adds, receipt: to, zones: data.zones, read: readMoment });
      container = await sealReport(report, chosen, data.recipients, { receipt: to, open: openFields(typed, report) }, progress);
    } catch (e) {
      return stop(e instanceof RangeError ? 'long' : 'failed');
    }
    last = { of, container, receipt };
    await deliver(container, receipt);
  }

  // deliver sends the container. What was typed is not needed any more, but
  // stays in the page until the server has it.
  async function deliver(container, receipt) {
    try {
      await send(container, {
        progress: (done, all) => {
          say(data.t('sending'));
          progress(done, all);
        },
        waiting: () => say(data.t('waiting')),
        proof: () => proof(() => {
          say(data.t('work'));
          progress(0, 0);
        }),
      });
    } catch (e) {
      return keep(container);
    }
    forget();
    last = {};
    form.reset();
    o.sent(receipt, data);
  }

  // keep offers the sealed file when the server does not take it.
  function keep(container) {
    stop('refused');
    forget();
    const link = element('a', {}, data.t('save'));
    forget = offer(link, container, innocuous());
    byId('said').appendChild(document.createTextNode(' '));
    byId('said').appendChild(link);
  }

  function caught(e) {
    if (e.submitter && e.submitter.value === 'check') return;
    e.preventDefault();
    submit().catch(() => stop('failed'));
  }
  form.addEventListener('submit', caught);
}

// enhanceReport makes a form for a report or a story end in a receipt.
export function enhanceReport(form) {
  if (!able()) return;
  const source = form.dataset;
  enhance(form, {
    kind: source.kind,
    learned: learn(source.seal),
    sent: (receipt, data) => {
      const t = data.t;
      const main = byId('main');
      main.textContent = '';
      const title = main.appendChild(element('h1', { tabIndex: -1 }, t('sent')));
      main.appendChild(element('p', {}, t('sent.text')));
      const box = main.appendChild(element('section', { className: 'tell' }));
      box.appendChild(element('h2', {}, t('receipt')));
      group(box.appendChild(element('p', { id: 'digits', className: 'digits', dir: 'ltr' })), receipt);
      main.appendChild(element('p', {}, t('receipt.help')));
      main.appendChild(element('p', {})).appendChild(element('a', { href: source.receipt }, t('receipt.page')));
      scrollTo(0, 0);
      title.focus();
    },
  });
}
