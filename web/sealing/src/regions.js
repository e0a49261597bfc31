// The regions of the country that is chosen. Their table is of all countries at
// once: a server that is asked for it does not learn which one it was.

import { element } from './page.js';

// regionChoice asks for the region when a country is chosen. table resolves to
// {country: 'CODE=Name|…'}, or is that; names has names of this language in the
// same order, where they are others. A table that does not come is no loss: the
// place can be typed.
export function regionChoice(form, lang, t, table, names) {
  const country = form.elements.country;
  if (!country) return;
  const old = form.elements.region;
  const list = old || element('select', { name: 'region' });
  const label = old ? old.parentNode : element('label', {}, t('region'));
  if (!old) label.appendChild(list);
  let known = typeof table === 'function' ? null : table;
  let asked = false;
  let of = old ? country.value : '';

  function offer() {
    if (!country.value || !known) {
      if (of !== country.value) label.remove(); // they were another country's
      if (country.value && !known && !asked) {
        asked = true;
        table().then((all) => {
          known = all;
          offer();
        }).catch(() => {});
      }
      return;
    }
    if (of === country.value) return;
    of = country.value;
    const here = ((names && names[of]) || '').split('|');
    const all = (known[of] || '').split('|').filter(Boolean).map((pair, i) => {
      const cut = pair.indexOf('=');
      return { code: of + '-' + pair.slice(0, cut), name: here[i] || pair.slice(cut + 1) };
    });
    all.sort((a, b) => a.name.localeCompare(b.name, lang));
    list.textContent = '';
    for (const r of [{ code: '', name: '–' }].concat(all)) list.appendChild(element('option', { value: r.code }, r.name));
    if (all.length) country.parentNode.parentNode.insertBefore(label, country.parentNode.nextSibling);
    else label.remove();
  }
  form.addEventListener('change', (e) => {
    if (e.target === country) offer();
  });
  offer();
}

// thrifty reports whether the browser says that its line is bad, or that bytes
// cost its owner something: then a table of 40 kB is too much for a choice that
// can be typed.
export function thrifty() {
  const line = navigator.connection || {};
  return Boolean(line.saveData) || /2g/.test(line.effectiveType || '');
}
