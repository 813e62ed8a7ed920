// What Kibana does with the `url` of a Vega spec before it asks Elasticsearch: the dashboard's filters and time range
// are put in, and an automatic interval becomes a fixed one. Pure functions, no page.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Up to the first number, the interval is the second one: the steps a reader can name.
const STEPS = [
  [500, 100], [5 * SECOND, SECOND], [7.5 * SECOND, 5 * SECOND], [15 * SECOND, 10 * SECOND],
  [45 * SECOND, 30 * SECOND], [3 * MINUTE, MINUTE], [7.5 * MINUTE, 5 * MINUTE], [20 * MINUTE, 10 * MINUTE],
  [45 * MINUTE, 30 * MINUTE], [2 * HOUR, HOUR], [6 * HOUR, 3 * HOUR], [DAY, 12 * HOUR], [7 * DAY, DAY],
  [21 * DAY, 7 * DAY], [42 * DAY, 30 * DAY],
];
const UNITS = [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'm'], [SECOND, 's'], [1, 'ms']];
const SHIFT_UNITS = { week: 7 * DAY, w: 7 * DAY, day: DAY, d: DAY, hour: HOUR, h: HOUR, minute: MINUTE, m: MINUTE, second: SECOND, s: SECOND };

/** The fixed interval, as Elasticsearch writes it, for about `parts` steps between two instants in milliseconds. */
export function autoInterval(min, max, parts) {
  const wanted = (max - min) / parts;
  const step = STEPS.find(([limit]) => wanted <= limit);
  const millis = step ? step[1] : 365 * DAY;
  const [size, unit] = UNITS.find(([length]) => millis % length === 0);
  return `${millis / size}${unit}`;
}

/**
 * The search behind a spec's `url`: `{index, body}`.
 * `context` is `{min, max, filters}`: the time range in epoch milliseconds and Elasticsearch filter clauses.
 */
export function searchOf(url, context) {
  const body = structuredClone(url.body ?? {});
  const timefield = url['%timefield%'];
  if (body.query && (url['%context%'] || timefield)) {
    throw new Error('a spec has either %context% or its own body.query, not both');
  }
  inject(body, context);
  if (url['%context%'] || timefield) {
    const filters = url['%context%'] ? context.filters : [];
    const range = timefield ? [{ range: { [timefield]: timeRange(context) } }] : [];
    body.query = { bool: { must: range, filter: filters, should: [], must_not: [] } };
  }
  return { index: url.index, body };
}

function timeRange({ min, max }) {
  return { gte: new Date(min).toISOString(), lte: new Date(max).toISOString(), format: 'strict_date_optional_time' };
}

function inject(node, context) {
  if (Array.isArray(node)) {
    const clauses = {
      '%dashboard_context-must_clause%': [],
      '%dashboard_context-filter_clause%': context.filters,
      '%dashboard_context-must_not_clause%': [],
    };
    const filled = node.flatMap((item) => (typeof item === 'string' && clauses[item]) || [item]);
    node.splice(0, node.length, ...filled);
    node.forEach((item) => inject(item, context));
    return;
  }
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (value === null || typeof value !== 'object') continue;
    if ('%timefilter%' in value) {
      node[key] = timeFilter(value, context);
    } else if (key === 'interval' && '%autointerval%' in value) {
      const parts = value['%autointerval%'] === true ? 50 : value['%autointerval%'];
      delete node.interval;
      node.fixed_interval = autoInterval(context.min, context.max, parts);
    } else {
      inject(value, context);
    }
  }
}

function timeFilter(value, { min, max }) {
  const shift = (value.shift ?? 0) * (SHIFT_UNITS[value.unit ?? 'd'] ?? DAY);
  switch (value['%timefilter%']) {
    case 'min': return min + shift;
    case 'max': return max + shift;
    case true: return timeRange({ min: min + shift, max: max + shift });
    default: throw new Error('%timefilter% must be true, "min" or "max"');
  }
}

/** The rows of an answer: the value at `property`, a path of names joined by dots; empty when there is none. */
export function rowsOf(answer, property) {
  const rows = property.split('.').reduce((node, name) => node?.[name], answer);
  return Array.isArray(rows) ? rows : [];
}
