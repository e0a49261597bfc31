// Dates are shown back while they are typed: in both calendars and UTC, so that
// a slip is seen before it is sealed.

import { values, when } from './form.js';
import { element } from './page.js';
import { read, readings, spoken } from './when.js';

// moments shows below each moment of the form how it is read. Where there are
// several ways, the sender chooses one. The result gives what is read in a
// moment, in EDTF, for the report.
export function moments(form, data, t) {
  const chosen = {}; // the moment that was chosen for words: {"25/11|3": 1795…}
  const words = (w) => w.date + '|' + w.time + '|' + w.zone;
  const ways = (w) => {
    const all = (w.date && readings(w, data.lang, data.words, Date.now())) || [];
    const one = all.filter((m) => m.at === chosen[words(w)]);
    return one.length ? one : all;
  };
  for (const n of ['began', 'ended']) {
    const group = form.querySelector('#' + n);
    if (!group) continue;
    const shown = element('div', {});
    shown.setAttribute('role', 'status');
    group.appendChild(shown);
    let last = '';
    const show = () => {
      const w = when(values(form), n, data.zones);
      const all = ways(w);
      const lines = all.map((m) => spoken(m, data.dates, t));
      const now = JSON.stringify([w.date, w.time, lines]);
      if (now === last) return;
      last = now;
      shown.textContent = '';
      shown.className = lines.length > 1 ? 'read tell' : 'read';
      if (!w.date && !w.time) return;
      if (lines.length === 1) shown.appendChild(element('p', {}, t('read.one', { When: lines[0] })));
      else if (lines.length === 0) shown.appendChild(element('p', {}, t('read.none')));
      else shown.appendChild(choice(n, all, lines, t, (m) => {
        chosen[words(w)] = m.at;
        form.elements[n + '_calendar'].value = m.calendar;
        form.elements[n + '_clock'].value = m.clock;
        show();
        form.elements[n + '_calendar'].focus(); // what the finger was on is gone
      }));
    };
    form.addEventListener('input', show);
    form.addEventListener('change', show);
    show();
  }
  return (w) => read(ways(w));
}

// choice asks which of several ways is meant.
function choice(n, all, lines, t, then) {
  const box = element('fieldset', { className: 'ways' });
  box.appendChild(element('legend', {}, t('read.many')));
  all.forEach((m, i) => {
    const label = element('label', { className: 'c' });
    const radio = element('input', { type: 'radio', name: n + '_reading' });
    radio.addEventListener('change', () => then(m));
    label.appendChild(radio);
    label.appendChild(element('span', {}, lines[i]));
    box.appendChild(label);
  });
  return box;
}

// zoneChoice asks for the time zone when a country is chosen that has several.
export function zoneChoice(form, data, t) {
  const country = form.elements.country;
  if (!country || form.elements.zone) return;
  const label = element('label', {}, t('zone'));
  const list = element('select', { name: 'zone' });
  label.appendChild(list);
  let of = '';
  const offer = () => {
    if (of === country.value) return;
    of = country.value;
    const zones = data.zones[of] || [];
    list.textContent = '';
    for (const z of [''].concat(zones)) list.appendChild(element('option', { value: z }, z ? z.replace(/_/g, ' ') : '–'));
    if (zones.length > 1) country.parentNode.parentNode.appendChild(label);
    else label.remove();
  };
  form.addEventListener('change', offer);
  offer();
}
