// Dates are shown back while they are typed: in both calendars and UTC, so that
// a slip is seen before it is sealed.

import { values, when } from './form.js';
import { element } from './page.js';
import { readings, spoken } from './when.js';

// moments shows below each moment of the form how it is read.
export function moments(form, data, t) {
  for (const n of ['began', 'ended']) {
    const group = form.querySelector('#' + n);
    if (!group) continue;
    const shown = element('p', { className: 'read' });
    shown.setAttribute('role', 'status');
    group.appendChild(shown);
    const show = () => {
      const w = when(values(form), n, data.zones);
      const all = w.date && readings(w, data.lang, data.words, Date.now());
      let text = '';
      if (w.date || w.time) {
        if (!all) text = t('read.none');
        else if (all.length === 1) text = t('read.one', { When: spoken(all[0], data.dates, t) });
        else text = t('read.many', { When: all.map((m) => spoken(m, data.dates, t)).join(' · ') });
      }
      if (shown.textContent !== text) shown.textContent = text;
    };
    form.addEventListener('input', show);
    form.addEventListener('change', show);
    show();
  }
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
