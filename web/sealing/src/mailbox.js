// The page of a receipt, when script is on: the digits stay in this browser. The
// server is asked for what lies under their lookup, which it cannot trace back
// to them, and replies are opened here.

import { base64 } from '@scure/base';
import { able, enhance, learn, plainly } from './enhance.js';
import { byId, element, say } from './page.js';
import { addition, lookup, openReply, parseReceipt, western, withdrawal } from './receipt.js';
import { postJSON } from './upload.js';

const ADDITIONS = 8;

// boxes asks for what lies under a receipt and its additions, up to the first
// addition that is not there: [{receipt, state, replies, more}, …].
async function boxes(receipt, waiting) {
  const out = [];
  for (let n = 0; n <= ADDITIONS; n++) {
    const of = n === 0 ? receipt : addition(receipt, n);
    const box = await (await postJSON('/intake/mailbox', { lookup: lookup(of) }, { waiting })).json();
    if (n > 0 && !box.state && box.replies.length === 0) break;
    out.push(Object.assign(box, { receipt: of }));
  }
  return out;
}

function opened(box) {
  const out = [];
  for (const sealed of box.replies) {
    try {
      out.push(openReply(box.receipt, base64.decode(sealed)));
    } catch (e) {
      // Not sealed to this receipt: somebody put it there who should not have.
    }
  }
  return out;
}

export function mailbox(form) {
  if (!able()) return;
  const learned = learn(form.dataset.mailbox);
  learned.catch(() => {});
  const view = byId('opened');

  async function look(receipt, told) {
    const { t } = await learned;
    const busy = (yes) => Array.from(document.querySelectorAll('#main button')).forEach((b) => (b.disabled = yes));
    busy(true);
    let all;
    try {
      all = await boxes(receipt, () => say(t('waiting')));
    } catch (e) {
      busy(false);
      return say(t('page.refused.busy'));
    }
    const gone = all[0].state === 'withdrawn' || all[0].state === 'expired';
    const main = byId('main');
    const title = main.querySelector('h1');
    main.textContent = '';
    main.appendChild(title);
    if (told) main.appendChild(element('section', { className: 'tell' })).appendChild(element('p', { id: 'told' }, told));
    main.appendChild(document.importNode(view.content, true));
    byId('state').textContent = t('page.receipt.state.' + (all[0].state || 'none'));
    const replies = byId('replies');
    const texts = all.reduce((list, box) => list.concat(opened(box)), []).reverse();
    if (texts.length) replies.querySelector('p').remove();
    for (const text of texts) replies.appendChild(element('blockquote', { className: 'reply', dir: 'auto' }, text));
    if (all.some((box) => box.more)) replies.appendChild(element('p', { className: 'note' }, t('page.receipt.replies.more')));
    if (gone) Array.from(main.querySelectorAll('.more')).forEach((e) => e.remove());
    else {
      add(receipt, all, t);
      byId('withdraw').addEventListener('submit', (e) => {
        e.preventDefault();
        ask(receipt, all, t);
      });
    }
    title.tabIndex = -1;
    title.focus();
    scrollTo(0, 0);
  }

  function add(receipt, all, t) {
    const form = byId('form');
    if (all.length > ADDITIONS) {
      form.textContent = t('intake.additions');
      return;
    }
    enhance(form, {
      kind: 'addition', learned, adds: lookup(receipt), receipt: () => addition(receipt, all.length),
      sent: () => look(receipt, t('page.receipt.added')),
    });
  }

  // ask asks once more before a report is destroyed.
  function ask(receipt, all, t) {
    const form = byId('withdraw');
    const old = form.firstElementChild;
    const row = element('p', {});
    const sure = row.appendChild(element('button', { type: 'button' }, t('page.receipt.withdraw.sure')));
    row.appendChild(document.createTextNode(' '));
    const no = row.appendChild(element('button', { type: 'button', className: 'weak' }, t('page.receipt.withdraw.no')));
    old.replaceWith(row);
    no.addEventListener('click', () => row.replaceWith(old));
    no.focus();
    sure.addEventListener('click', () => {
      sure.disabled = no.disabled = true;
      destroy(receipt, all, t).catch(() => {
        sure.disabled = no.disabled = false;
        row.appendChild(element('span', {}, ' ' + t('intake.nothing')));
      });
    });
  }

  async function destroy(receipt, all, t) {
    for (const box of all) {
      if (box.state) await postJSON('/intake/withdraw', { lookup: lookup(box.receipt), signature: withdrawal(box.receipt) });
    }
    if (!all[0].state) throw new Error('nothing there');
    await look(receipt, t('page.receipt.withdrawn'));
  }

  function caught(e) {
    e.preventDefault();
    const typed = form.elements.receipt.value;
    learned.then(({ t }) => {
      const receipt = parseReceipt(typed);
      if (receipt) return look(receipt);
      const digits = western(typed).replace(/[^0-9]/g, '').length;
      return say(t(digits === 32 ? 'receipt.error.check' : 'receipt.error.length'));
    }, () => {
      form.removeEventListener('submit', caught);
      return plainly(form.querySelector('button'));
    });
  }
  form.addEventListener('submit', caught);
}
