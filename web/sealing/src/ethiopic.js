// The Ethiopian calendar, as locale/ethiopic.go has it. Days are counted from
// 1970-01-01.

const EPOCH = 1724221 - 2440588; // 1 Meskerem of year 1, Amete Mihret

export function toEthiopic(days) {
  const n = days - EPOCH;
  const year = Math.floor((4 * n + 1463) / 1461);
  const ofYear = n - 365 * (year - 1) - Math.floor(year / 4);
  return { year, month: Math.floor(ofYear / 30) + 1, day: (ofYear % 30) + 1 };
}

export function fromEthiopic(year, month, day) {
  return EPOCH + 365 * (year - 1) + Math.floor(year / 4) + 30 * (month - 1) + day - 1;
}

// ethiopicDays is the number of days in a month: Pagumen, the thirteenth, has
// six every fourth year.
export const ethiopicDays = (year, month) => (month < 13 ? 30 : year % 4 === 3 ? 6 : 5);

export function toGregorian(days) {
  const t = new Date(days * 86400000);
  return { year: t.getUTCFullYear(), month: t.getUTCMonth() + 1, day: t.getUTCDate() };
}

export const fromGregorian = (year, month, day) => Math.round(Date.UTC(year, month - 1, day) / 86400000);

export const gregorianDays = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();
