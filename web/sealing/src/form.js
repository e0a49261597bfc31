// The report form: its fields by name, and the report that they make. The names
// are those that web/reportform.go lists.

import { hex, put, random } from './bytes.js';

const trim = (s) => s.replace(/\r\n/g, '\n').trim();

// values reads what was typed and chosen: {name: [value, …]}. Files are apart.
export function values(form) {
  const out = {};
  for (const e of Array.from(form.elements)) {
    const off = (e.type === 'checkbox' || e.type === 'radio') && !e.checked;
    if (!e.name || e.disabled || e.name === 'do' || e.type === 'file' || off || !e.value) continue;
    (out[e.name] = out[e.name] || []).push(e.value);
  }
  return out;
}

// What says nothing by itself: a form with these alone is empty.
const ASIDE = /^(began|ended)_(calendar|clock|about|reading)$|^consent_(?!again)|^(naming|name|zone|open|ticket|receipt)$/;

export const empty = (typed) => Object.keys(typed).every((name) => ASIDE.test(name) || !first(typed, name));

// fill writes values into a form of another language.
export function fill(form, typed) {
  for (const e of Array.from(form.elements)) {
    const value = typed[e.name];
    if (!value) continue;
    if (e.type === 'checkbox' || e.type === 'radio') e.checked = value.includes(e.value);
    else if (e.type !== 'file') e.value = value[0];
  }
}

export const files = (form) =>
  Array.from(form.querySelectorAll('input[type=file]')).reduce((all, input) => all.concat(Array.from(input.files)), []);

const LIST = /[,;،؛፣፤\n]/; // what parts words in the scripts of our languages

const parts = (list) => list.split(LIST).map(trim).filter(Boolean);

const first = (typed, name) => trim((typed[name] || [''])[0]);

// when takes the fields of a moment, began or ended, out of what was typed.
// zones lists the time zones of countries: one that has a single one needs no
// answer.
export function when(typed, n, zones) {
  const date = first(typed, n + '_date');
  const time = first(typed, n + '_time');
  if (!date && !time) return {};
  const only = zones[first(typed, 'country')] || [];
  const calendar = first(typed, n + '_calendar') || first(typed, 'began_calendar'); // an end is in that of the beginning
  return put({}, {
    date, time, calendar, clock: first(typed, n + '_clock'),
    zone: first(typed, 'zone') || (only.length === 1 ? only[0] : ''), about: first(typed, n + '_about') === 'yes',
  });
}

// application takes the fields of an organization that asks to join the coalition.
function application(typed) {
  const one = (name) => first(typed, name);
  const some = (list) => list.filter((o) => Object.keys(o).length);
  const tongues = Object.keys(typed).filter((name) => /^join_name_/.test(name) && one(name)).sort();
  return put({}, {
    name: one('join_name'), names: tongues.map((name) => ({ lang: name.slice(10), name: one(name) })), type: one('join_type'), site: one('join_site'),
    langs: (typed.join_langs || []).concat(parts(one('join_langs_other'))),
    referees: some([1, 2].map((n) => put({}, { name: one('referee' + n), contact: one('referee' + n + '_contact') }))),
    why: one('join_why'), support: one('join_support'),
  });
}

// compose makes the report of a form. more has kind, lang, road, receipt, adds,
// zones and read, which gives what is read in a moment.
export function compose(typed, more) {
  const one = (name) => first(typed, name);
  const yes = (name) => one(name) === 'yes';
  const moment = (n) => {
    const w = when(typed, n, more.zones);
    return w.date || w.time ? put(w, { at: more.read(w) }) : {};
  };
  const others = parts(one('services_other'));
  const naming = one('naming');
  const joins = more.kind === 'join';
  const silent = joins || (more.kind === 'addition' && !yes('consent_again')); // not asked; what was allowed before still is
  return put({ id: hex(random(16)) }, {
    kind: more.kind, lang: more.lang, road: more.road,
    began: moment('began'), ended: moment('ended'), ongoing: one('ongoing'),
    country: one('country'), region: one('region'), place: one('place'),
    networks: put({}, { mobile: one('mobile'), fixed: one('fixed'), sms: one('sms'), voice: one('voice') }),
    services: (typed.services || []).concat(others), provider: one('provider'), seen: one('seen'), firsthand: one('firsthand'),
    contact: one('contact'),
    consent: silent ? {} : {
      publish: yes('consent_publish') || undefined, media: yes('consent_media') || undefined, press: yes('consent_press') || undefined,
      court: yes('consent_court') || undefined, partners: yes('consent_partners') || undefined,
      naming: naming || undefined, name: (naming && one('name')) || undefined, version: 1,
    },
    story: more.kind === 'story' ? put({}, { title: one('story_title'), text: one('story_text'), harms: typed.story_harms }) : {},
    application: joins ? application(typed) : {},
    adds: more.adds, receipt: more.receipt,
  });
}
