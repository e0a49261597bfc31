// Reading a date and a time as people type them: the part of locale.ReadWhen
// that needs few words. What is read here is read the same there; what is not
// stays words, and a person or the program at the desk reads them.

import { fromEthiopic, fromGregorian, ethiopicDays, gregorianDays, toEthiopic, toGregorian } from './ethiopic.js';
import { western } from './receipt.js';

const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;
const ETHIOPIA = ['Africa/Addis_Ababa', 'Africa/Asmara'];

const formats = {}; // of zones: making one takes an old phone long

function formatOf(zone) {
  return (formats[zone] = formats[zone] || new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }));
}

// offset is what clocks in a zone are ahead of UTC at an instant, in
// milliseconds. A zone that the browser does not know gives NaN.
function offset(zone, at) {
  if (!zone) return 0;
  try {
    const parts = {};
    for (const p of formatOf(zone).formatToParts(new Date(at))) parts[p.type] = Number(p.value);
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour % 24, parts.minute, parts.second) - Math.floor(at / 1000) * 1000;
  } catch (e) {
    return NaN;
  }
}

// instant is the moment at which clocks in a zone show a time.
const instant = (zone, local) => local - offset(zone, local - offset(zone, local));

// simple writes a word as it is looked up: without case and marks.
const simple = (word) => word.normalize('NFD').replace(/[\u0300-\u036f\u064b-\u065f]/g, '').toLowerCase();

// dateTokens takes a date apart: numbers as {n, digits}, words as {month},
// {ethiopic} or {back}. null when there is a word that is not known here.
function dateTokens(typed, words) {
  const out = [];
  const rest = western(typed).replace(/[\u200e\u200f\u061c]/g, '');
  for (const piece of rest.match(/[0-9]+|[^\s0-9/\-.,،፣]+/g) || []) {
    if (/^[0-9]/.test(piece)) out.push({ n: Number(piece.slice(0, 9)), digits: piece.length });
    else {
      const known = words[simple(piece)];
      if (!known) return null;
      out.push(known);
    }
  }
  return out;
}

// dictionary maps the words of a language that are read here to their meaning.
export function dictionary(language) {
  const out = {};
  const add = (list, meaning) => (list || []).forEach((names, i) => names.split('|').forEach((w) => {
    const word = simple(w);
    if (word && !/[\s0-9]/.test(word)) out[word] = meaning(i);
  }));
  add(language.months, (i) => ({ month: i + 1 }));
  add(language.ethiopic, (i) => ({ ethiopic: i + 1 }));
  add(language.back, (i) => ({ back: i }));
  return out;
}

// day is a date of a calendar as days since 1970; null when there is no such.
function day(calendar, y, m, d) {
  if (y >= 0 && y < 100) y += 2000;
  if (y < FIRST_YEAR || y > LAST_YEAR || m < 1 || d < 1) return null;
  if (calendar === 'ethiopic') return m <= 13 && d <= ethiopicDays(y, m) ? fromEthiopic(y, m, d) : null;
  return m <= 12 && d <= gregorianDays(y, m) ? fromGregorian(y, m, d) : null;
}

// lately is the last date with that day and month that has come.
function lately(calendar, m, d, today) {
  const now = calendar === 'ethiopic' ? toEthiopic(today) : toGregorian(today);
  for (let back = 0; back < 8; back++) {
    const found = day(calendar, now.year - back, m, d);
    if (found !== null && found <= today + 1) return found;
  }
  return null;
}

// dates lists the days that a date may mean, with the calendar that it is in;
// null: not read here.
function dates(tokens, calendar, english, ethiopia, today) {
  const numbers = tokens.filter((t) => t.digits);
  const named = tokens.filter((t) => t.month || t.ethiopic);
  const back = tokens.filter((t) => t.back !== undefined);
  if (back.length) return tokens.length === 1 ? [{ day: today - back[0].back, calendar: 'gregory' }] : null;
  if (numbers.some((t) => t.n === 0)) return null; // a year that was not said, to the desk
  const days = (cal, y, m, d) => {
    const found = y === undefined ? lately(cal, m, d, today) : day(cal, y, m, d);
    return found === null ? [] : [{ day: found, calendar: cal }];
  };
  if (named.length) {
    const first = numbers[0];
    if (named.length > 1 || numbers.length > 2 || !first || first.digits > 2) return null;
    const cal = named[0].ethiopic ? 'ethiopic' : 'gregory';
    return days(cal, numbers[1] && numbers[1].n, named[0].month || named[0].ethiopic, first.n);
  }
  let n = numbers;
  if (n.length === 1 && n[0].digits === 8) {
    const cut = (a, b) => ({ n: Number(String(n[0].n).padStart(8, '0').slice(a, b)), digits: b - a });
    const year = Math.floor(n[0].n / 10000);
    n = year >= FIRST_YEAR && year <= LAST_YEAR ? [cut(0, 4), cut(4, 6), cut(6, 8)] : [cut(0, 2), cut(2, 4), cut(4, 8)];
  }
  const all = [];
  const calendars = calendar ? [calendar] : ethiopia ? ['ethiopic', 'gregory'] : ['gregory'];
  for (const cal of calendars) {
    if (n.length === 3 && n[0].digits >= 3) all.push(...days(cal, n[0].n, n[1].n, n[2].n));
    else if (n.length === 3 || (n.length === 2 && n[0].digits < 3 && n[1].digits < 3)) {
      const y = n[2] && n[2].n;
      const month = n[1].n;
      all.push(...days(cal, y, month, n[0].n));
      const swapped = month > 13 || (cal === 'gregory' && (month === 13 || (english && month !== n[0].n)));
      if (swapped) all.push(...days(cal, y, n[0].n, month));
    } else return null;
  }
  const come = all.filter((d) => d.day <= today + 1);
  return all.length > 1 && calendars.length > 1 && come.length ? come : all;
}

// times lists the times of day, as minutes from midnight: [{minutes, exact,
// clock}]. Nothing typed: [{}]. null: not read here.
function times(typed, clock, ethiopia) {
  const s = western(typed).trim();
  if (s === '') return [{}];
  const m = /^([0-9]{1,2})(?:\s*[:.]\s*([0-9]{1,2}))?$/.exec(s) || /^([0-9]{1,2})([0-9]{2})$/.exec(s);
  if (!m) return null;
  const hour = Number(m[1]);
  const minute = Number(m[2] || 0);
  if (hour > 24 || minute > 59) return [{}]; // the date is read without it
  let clocks;
  if (clock) clocks = [clock];
  else if (hour === 0 || hour > 12) clocks = ['24h'];
  else if (ethiopia) clocks = hour === 12 ? ['ethiopic-day', 'ethiopic-night', '24h', '12h-am'] : ['ethiopic-day', 'ethiopic-night', '24h', '12h-pm'];
  else if (m[1].length === 2 && hour < 10) clocks = ['24h'];
  else clocks = hour === 12 ? ['24h', '12h-am'] : ['24h', '12h-pm'];
  const h = hour % 12;
  return clocks.map((c) => {
    const of = { '24h': hour, '12h-am': h, '12h-pm': h + 12, 'ethiopic-day': h + 6, 'ethiopic-night': (h + 18) % 24 }[c];
    return { minutes: (hour > 12 ? hour : of) * 60 + minute, exact: m[2] !== undefined, clock: hour > 12 ? '24h' : c };
  });
}

const two = (n) => (n < 10 ? '0' : '') + n;

// written is a moment in EDTF, as keepiton.Moment writes it.
function written(m) {
  const t = new Date(m.at).toISOString();
  return t.slice(0, m.precision === 'day' ? 10 : m.precision === 'hour' ? 13 : 16) + (m.precision === 'day' ? '' : 'Z') + (m.about ? '~' : '');
}

// readings lists the ways to read typed {date, time, calendar, clock, zone,
// about}: [{at, precision, local, about, calendar, clock, edtf}], at in
// milliseconds, local in days. null: not read here. lang is the language of the form, now an instant.
export function readings(typed, lang, words, now) {
  const ethiopia = lang === 'am' || ETHIOPIA.includes(typed.zone);
  const today = Math.floor((now + offset(typed.zone, now)) / 86400000);
  const tokens = dateTokens(typed.date || '', words);
  if (!tokens || !tokens.length || Number.isNaN(today)) return null;
  const found = dates(tokens, typed.calendar, lang === 'en', ethiopia, today);
  const hours = times(typed.time || '', typed.clock, ethiopia);
  if (!found || !hours) return null;
  const out = [];
  for (const { day: local, calendar } of found) {
    for (const t of hours) {
      const m = { calendar, clock: t.clock || typed.clock || '', about: Boolean(typed.about), precision: 'day' };
      m.local = local + (t.minutes >= 1440 ? 1 : 0);
      m.at = local * 86400000;
      if (t.minutes !== undefined) {
        m.at = instant(typed.zone, m.at + t.minutes * 60000);
        m.precision = t.exact || m.at % 3600000 !== 0 ? 'minute' : 'hour';
      }
      m.edtf = written(m);
      if (!out.some((o) => o.at === m.at)) out.push(m);
    }
  }
  return out.length ? out : null;
}

// read gives the moment of a report: the one reading, or the narrowest day,
// month or year that holds all of them; '' when there is none.
export function read(all) {
  if (!all || !all.length) return '';
  if (all.length === 1) return all[0].edtf;
  const about = all[0].about ? '~' : '';
  const same = (part) => all.every((m) => part(m) === part(all[0]));
  const date = (m) => toGregorian(m.local);
  const first = date(all[0]);
  if (same((m) => m.local)) return first.year + '-' + two(first.month) + '-' + two(first.day) + about;
  if (same((m) => date(m).year * 12 + date(m).month)) return first.year + '-' + two(first.month) + about;
  return same((m) => date(m).year) ? first.year + about : '';
}

// spoken writes a reading in words, in both calendars and UTC.
export function spoken(m, language, t) {
  const g = toGregorian(m.precision === 'day' ? m.local : Math.floor(m.at / 86400000));
  const e = toEthiopic(m.precision === 'day' ? m.local : Math.floor(m.at / 86400000));
  const names = { y: g.year, d: g.day, M: g.month };
  const gregorian = language.pattern.replace(/'([^']*)'|([yMd])\2*/g, (whole, quoted, letter) => {
    if (!letter) return quoted;
    return letter === 'M' && whole.length > 2 ? language.months[g.month - 1].split('|')[0] : String(names[letter]).padStart(letter === 'y' ? 1 : whole.length, '0');
  });
  const ethiopic = t('date.ethiopic_day', { Day: e.day, Month: language.ethiopic[e.month - 1].split('|')[0], Year: e.year });
  let s = t('date.ethiopic', { Date: gregorian, Ethiopic: ethiopic });
  const clock = (at) => new Date(at).toISOString().slice(11, 16);
  if (m.precision === 'minute') s = t('date.minute', { Date: s, Time: clock(m.at) });
  if (m.precision === 'hour') s = t('date.hour', { Date: s, From: clock(m.at), To: clock(m.at + 3600000) });
  return m.about ? t('date.about', { Date: s }) : s;
}
