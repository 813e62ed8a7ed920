// Numbers and times as the page writes them. Times are UTC, as they are in the keys and in the lake.

const COUNT = new Intl.NumberFormat('en');
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const MONEY = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const count = (value) => (value < 1e6 ? COUNT : COMPACT).format(value);
export const money = (value) => (value < 1e6 ? MONEY : COMPACT).format(value);
export const clock = (instant) => CLOCK.format(instant);
export const minute = (instant) => `${isToday(instant) ? '' : `${DAY.format(instant)}, `}${TIME.format(instant)} UTC`;

/** Seconds with as many digits as they deserve. */
export function seconds(value) {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  return value < 172800 ? `${Math.round(value / 3600)} h` : `${Math.round(value / 86400)} d`;
}

/** Two instants as one span, as short as it can be understood: no date while it is today, no times over several days. */
export function span({ min, max }) {
  const sameDay = DAY.format(min) === DAY.format(max);
  const last = isThisYear(max) ? DAY_OF_YEAR.format(max) : DAY.format(max);
  if (sameDay) return `${isToday(max) ? '' : `${last}, `}${TIME.format(min)} – ${TIME.format(max)}`;
  if (max - min < 86_400_000) return `${TIME.format(min)} – ${last}, ${TIME.format(max)}`;
  const sameYear = new Date(min).getUTCFullYear() === new Date(max).getUTCFullYear();
  return `${sameYear ? DAY_OF_YEAR.format(min) : DAY.format(min)} – ${last}`;
}

const isToday = (instant) => DAY.format(instant) === DAY.format(Date.now());
const isThisYear = (instant) => new Date(instant).getUTCFullYear() === new Date().getUTCFullYear();
