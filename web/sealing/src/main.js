// KeepItOn: what seals in the sender's browser.

import { carried } from './carried.js';
import { carry } from './carry.js';
import { enhanceReport } from './enhance.js';
import { mailbox } from './mailbox.js';

export { addition, address, format, lookup, newReceipt, openReply, parseReceipt, withdrawal } from './receipt.js';
export { Sealer } from './age.js';
export { Writer, bucket } from './bundle.js';
export { sealReport } from './container.js';
export { compose, when } from './form.js';
export { dictionary, read, readings, spoken } from './when.js';
export { send } from './upload.js';
export { solve } from './work.js';
export { ethiopicDays, fromEthiopic, fromGregorian, gregorianDays, toEthiopic, toGregorian } from './ethiopic.js';

if (typeof document === 'object') {
  const island = document.getElementById('carried');
  const form = document.querySelector('form[data-seal]');
  const receipt = document.querySelector('form[data-mailbox]');
  const sealed = document.querySelector('form[data-carry]');
  if (island) carried(JSON.parse(island.textContent));
  else if (form) enhanceReport(form);
  else if (receipt) mailbox(receipt);
  else if (sealed) carry(sealed);
}
