// KeepItOn: what seals in the sender's browser.

export { address, format, lookup, newReceipt, parseReceipt, replyIdentity, withdrawal } from './receipt.js';
export { Sealer, open } from './age.js';
export { bucket } from './bundle.js';
export { sealReport } from './container.js';
export { ethiopicDays, fromEthiopic, fromGregorian, gregorianDays, toEthiopic, toGregorian } from './ethiopic.js';
