// KeepItOn: what seals in the sender's browser.

import { carried } from './carried.js';

export { address, format, lookup, newReceipt, openReply, parseReceipt, withdrawal } from './receipt.js';
export { Sealer } from './age.js';
export { bucket } from './bundle.js';
export { sealReport } from './container.js';
export { compose } from './form.js';
export { ethiopicDays, fromEthiopic, fromGregorian, gregorianDays, toEthiopic, toGregorian } from './ethiopic.js';

if (typeof document === 'object') {
  const island = document.getElementById('carried');
  if (island) carried(JSON.parse(island.textContent));
}
