// The form that is carried to where there is no network: it seals into a file.
// Nothing is kept: no storage is used, and the form is emptied.

import { sealReport } from './container.js';
import { MAX_BYTES, MAX_FILES } from './bundle.js';
import { compose, empty, files, fill, values } from './form.js';
import { byId, group, innocuous, missing, offer, progress, say, words } from './page.js';
import { moments, zoneChoice } from './moments.js';
import { address, newReceipt } from './receipt.js';
import { regionChoice } from './regions.js';
import { dictionary } from './when.js';

// wanted is the language to begin with: that of the file, or of the browser.
function wanted(lang, languages) {
  const asked = [lang || ''].concat(navigator.languages || [navigator.language]);
  for (const a of asked) {
    const tag = String(a).toLowerCase().split('-')[0];
    if (languages.includes(tag)) return tag;
  }
  return languages[0];
}

export function carried(data) {
  const main = byId('main');
  const buttons = Array.from(document.querySelectorAll('#languages button'));
  let lang = '';
  let kind = 'report'; // or story: what the form is for
  let typed = {}; // what was typed, by the names of the fields
  let input = null; // the field with the files
  let sealed = null; // {receipt, name, blob} once it was made
  let readMoment = null;
  let forget = null;

  let here = null; // what the script needs of the language: {lang, texts, dates, words, zones}
  let t = (key) => key;
  const form = () => byId('form');

  // show fills the page with a template in the language that is shown.
  function show(what) {
    main.textContent = '';
    main.appendChild(document.importNode(byId(what + '-' + lang).content, true));
  }

  // keep remembers what was typed, also in fields that the next form has not.
  function keep() {
    const old = form();
    if (!old) return;
    for (const e of Array.from(old.elements)) delete typed[e.name];
    Object.assign(typed, values(old));
    input = old.querySelector('input[type=file]');
  }

  function showForm() {
    show(kind);
    byId('other').addEventListener('click', (e) => {
      keep();
      kind = e.target.value;
      showForm();
      scrollTo(0, 0);
    });
    fill(form(), typed); // the country, before its regions and zones
    regionChoice(form(), lang, t, data.regions, here.regions);
    zoneChoice(form(), here, t);
    fill(form(), typed);
    readMoment = moments(form(), here, t);
    if (input) form().querySelector('input[type=file]').replaceWith(input);
    form().addEventListener('submit', (e) => {
      e.preventDefault();
      seal().catch(failed);
    });
  }

  function showSealed() {
    show('sealed');
    group(byId('digits'), sealed.receipt);
    byId('file').textContent = sealed.name;
    if (forget) forget();
    forget = offer(byId('save'), sealed.blob, sealed.name);
    byId('again').addEventListener('click', () => {
      sealed = null;
      forget();
      forget = null;
      showForm();
      scrollTo(0, 0);
    });
  }

  function speak(tag) {
    keep();
    lang = tag;
    here = Object.assign({ lang, zones: data.zones, words: dictionary(data.languages[lang].dates) }, data.languages[lang]);
    t = words(here.texts);
    const root = document.documentElement;
    root.lang = tag;
    root.dir = buttons.find((b) => b.value === tag).dataset.dir;
    for (const b of buttons) {
      if (b.value === tag) b.setAttribute('aria-current', 'true');
      else b.removeAttribute('aria-current');
    }
    if (sealed) showSealed();
    else showForm();
  }

  async function seal() {
    const fields = values(form());
    const chosen = files(form());
    if (empty(fields) && chosen.length === 0) return say(t('empty'));
    if (chosen.length > MAX_FILES || chosen.reduce((n, f) => n + f.size, 0) > MAX_BYTES) return say(t('large'));
    const button = form().querySelector('button[value=send]');
    button.disabled = true;
    say(t('sealing'));
    progress(0, 0);
    const receipt = newReceipt();
    const report = compose(fields, {
      kind: kind === 'story' ? 'story' : 'shutdown', lang, road: 'carried', receipt: address(receipt), zones: data.zones,
      read: readMoment,
    });
    const blob = await sealReport(report, chosen, data.recipients, null, progress);
    forgetAll();
    sealed = { receipt, name: innocuous(), blob };
    showSealed();
    byId('save').click();
    scrollTo(0, 0);
    main.querySelector('h1').focus();
  }

  function forgetAll() {
    if (form()) form().reset();
    typed = {};
    input = null;
  }

  function failed(e) {
    const button = form() && form().querySelector('button[value=send]');
    if (button) button.disabled = false;
    byId('progress').hidden = true;
    say(t(e instanceof RangeError ? 'long' : 'failed'));
  }

  if (missing()) return;
  byId('needs').remove();
  byId('languages').hidden = false;
  for (const b of buttons) b.addEventListener('click', () => speak(b.value));
  // A page that comes back from the browser's memory comes back empty.
  addEventListener('pagehide', forgetAll);
  speak(wanted(data.lang, buttons.map((b) => b.value)));
}
