// The form of the site, when script is on: what was typed is sealed here, and
// the server gets a container that it cannot read. Without this script the same
// form is sealed in the server's memory.

import { sealReport } from './container.js';
import { MAX_BYTES, MAX_FILES } from './bundle.js';
import { compose, empty, files, values } from './form.js';
import { byId, element, fill, group, innocuous, missing, offer, progress, say, words } from './page.js';
import { address, newReceipt } from './receipt.js';
import { getJSON, send } from './upload.js';
import { moments, zoneChoice } from './moments.js';
import { dictionary } from './when.js';
import { solve } from './work.js';

const KINDS = ['mobile', 'fixed'];

// open are the few fields that the sender has ticked to leave readable.
function open(typed, report) {
  if ((typed.open || [])[0] !== 'yes') return undefined;
  const net = report.networks || {};
  const cut = KINDS.filter((n) => net[n] === 'yes');
  const kind = cut.length === 2 ? 'full' : cut[0] || ((report.services || []).length ? 'service' : undefined);
  const at = (report.began || {}).at || '';
  return { country: report.country, day: /^\d{4}-\d\d-\d\d/.test(at) ? at.slice(0, 10) : undefined, kind };
}

export function enhance(form) {
  if (missing() || typeof fetch !== 'function') return;
  const source = form.dataset;
  let t = (key) => key;
  let data = null; // {lang, texts, dates, words, zones, recipients, serial, fingerprint}
  let readMoment = null;
  let forget = null;

  // learn fetches the texts and the keys. Until they are there the form waits;
  // when there is nobody to seal to here, it stays as it is without script.
  const learned = (async () => {
    const page = await getJSON(source.seal);
    data = Object.assign({ words: dictionary(page.dates) }, page);
    t = words(page.texts);
    ready();
  })();
  learned.catch(() => {});

  function ready() {
    const plain = byId('plain');
    if (plain) {
      plain.textContent = t('on') + ' ';
      plain.appendChild(fill(element('span', { className: 'note' }), t('keys', { Serial: data.serial }), 'Fingerprint', data.fingerprint));
    }
    const check = form.querySelector('button[value=check]');
    if (check) {
      if (check.parentNode.nextElementSibling) check.parentNode.nextElementSibling.remove();
      check.parentNode.remove();
    }
    zoneChoice(form, data, t);
    readMoment = moments(form, data, t);
  }

  async function submit() {
    const typed = values(form);
    const chosen = files(form);
    const button = form.querySelector('button[value=send]');
    button.disabled = true;
    progress(0, 0);
    try {
      await learned;
    } catch (e) {
      form.removeEventListener('submit', caught);
      button.disabled = false;
      button.click(); // as without script
      return;
    }
    const stop = (key) => {
      button.disabled = false;
      byId('progress').hidden = true;
      say(t(key));
    };
    if (empty(typed) && chosen.length === 0) return stop('empty');
    if (chosen.length > MAX_FILES || chosen.reduce((n, f) => n + f.size, 0) > MAX_BYTES) return stop('large');
    say(t('sealing'));
    let container;
    let receipt;
    try {
      receipt = newReceipt();
      const to = address(receipt);
      const report = compose(typed, {
        kind: source.kind, lang: data.lang, road: 'browser', receipt: to, zones: data.zones,
        read: readMoment,
      });
      container = await sealReport(report, chosen, data.recipients, { receipt: to, open: open(typed, report) }, progress);
    } catch (e) {
      return stop(e instanceof RangeError ? 'long' : 'failed');
    }
    await deliver(container, receipt, button);
  }

  // deliver sends the container. What was typed is not needed any more, but
  // stays in the page until the server has it.
  async function deliver(container, receipt, button) {
    try {
      await send(container, {
        progress: (done, all) => {
          say(t('sending'));
          progress(done, all);
        },
        waiting: () => say(t('waiting')),
        proof: async () => {
          say(t('work'));
          progress(0, 0);
          const { challenge } = await getJSON('/intake/challenge');
          const proof = await solve(challenge);
          say(t('sending'));
          return { 'X-KeepItOn-Work': proof };
        },
      });
    } catch (e) {
      return keep(container, button);
    }
    if (forget) forget();
    sent(receipt);
  }

  // keep offers the sealed file when the server does not take it.
  function keep(container, button) {
    byId('progress').hidden = true;
    button.disabled = false;
    say(t('refused') + ' ');
    if (forget) forget();
    const link = element('a', {}, t('save'));
    forget = offer(link, container, innocuous());
    byId('said').appendChild(link);
  }

  // sent shows the receipt in the place of the form.
  function sent(receipt) {
    form.reset();
    const main = byId('main');
    main.textContent = '';
    const title = element('h1', { tabIndex: -1 }, t('sent'));
    main.appendChild(title);
    main.appendChild(element('p', {}, t('sent.text')));
    const box = element('section', { className: 'tell' });
    box.appendChild(element('h2', {}, t('receipt')));
    const digits = element('p', { id: 'digits', className: 'digits', dir: 'ltr' });
    group(digits, receipt);
    box.appendChild(digits);
    main.appendChild(box);
    main.appendChild(element('p', {}, t('receipt.help')));
    const link = element('p', {});
    link.appendChild(element('a', { href: source.receipt }, t('receipt.page')));
    main.appendChild(link);
    scrollTo(0, 0);
    title.focus();
  }

  function caught(e) {
    if (e.submitter && e.submitter.value === 'check') return;
    e.preventDefault();
    submit().catch(() => say(t('failed')));
  }
  form.addEventListener('submit', caught);
}
