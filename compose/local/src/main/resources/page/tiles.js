// The headline numbers. The large figure is what is true now, the line under it what the shown range adds.

import { search } from '/api.js';
import * as format from '/format.js';

const REQUESTS = { index: 'serving.requests_per_minute', timeField: 'window_start', windowMs: 60_000, hasSite: true };
const SESSIONS = { index: 'serving.sessions', timeField: 'last_event_at', windowMs: 0, hasSite: true };
const ORDERS = { index: 'serving.orders', timeField: 'created_at', windowMs: 0, hasSite: false };
const FRESH = { index: 'serving.*', timeField: 'updated_at', windowMs: 0, hasSite: true };

const QUERIES = {
  requests: [REQUESTS, { requests: { sum: { field: 'requests' } }, countries: { cardinality: { field: 'country' } } }],
  sessions: [SESSIONS, { users: { cardinality: { field: 'user_id', precision_threshold: 40_000 } } }],
  orders: [ORDERS, { kept: { filter: { bool: { must_not: [{ term: { status: 'cancelled' } }] } }, aggs: { total: { sum: { field: 'total' } } } } }],
  freshness: [FRESH, {
    fresh: {
      filter: { bool: { must_not: [{ term: { closed: true } }] } },
      aggs: { percent: { percentiles: { field: 'freshness_ms', percents: [50, 99], keyed: false } } },
    },
  }],
};

/** Reads the sums of the shown range from Elasticsearch; what has no data is null. */
export async function readTotals(ranges, filters) {
  const totals = {};
  await Promise.all(Object.entries(QUERIES).map(async ([name, [source, aggs]]) => {
    const range = await ranges.of(source);
    if (range === null) {
      totals[name] = null;
      return;
    }
    const answer = await search(source.index, {
      size: 0,
      track_total_hits: true,
      query: {
        bool: {
          filter: [
            ...(source.hasSite ? filters : []),
            { range: { [source.timeField]: { gte: range.min, lte: range.max, format: 'epoch_millis' } } },
          ],
        },
      },
      aggs,
    });
    const hits = answer.hits?.total?.value ?? 0;
    totals[name] = hits > 0 ? { hits, ...answer.aggregations } : null;
  }));
  return totals;
}

/** Writes the tiles. `now` is the answer of /api/now, `totals` that of readTotals; either is null when unknown. */
export function showTiles(now, totals) {
  const { active_users: users, live_sessions: live } = now?.numbers ?? {};
  const { requests, sessions, orders, freshness } = totals ?? {};
  tile('active-users', users?.value, format.count, users && `in the minute of ${format.minute(Date.parse(users.minute))}`, users?.from);
  tile('requests', requests?.requests.value, format.count,
    requests && `from ${counted(requests.countries.value, 'country', 'countries')} in this range`,
    'Elasticsearch, sum of requests in serving.requests_per_minute', now?.newest_event_at);
  tile('live-sessions', live?.value, format.count,
    sessions ? `${counted(sessions.hits, 'session', 'sessions')} by ${counted(sessions.users.value, 'user', 'users')} in this range` : '',
    live?.from);
  tile('orders', orders?.hits, format.count, orders && `${format.money(orders.kept.total.value)} in revenue`,
    'Elasticsearch, documents of serving.orders; revenue leaves out cancelled ones', now?.numbers.orders);
  const [p50, p99] = freshness?.fresh.percent.values.map(({ value }) => value) ?? [];
  const measured = Number.isFinite(p50) && Number.isFinite(p99);
  tile('freshness', measured ? p50 / 1000 : undefined, format.seconds, measured && `median; p99 ${format.seconds(p99 / 1000)}`,
    'Elasticsearch, percentiles of freshness_ms: from the collector until the document was written', now?.newest_event_at);
}

function tile(name, value, write, detail, from, elsewhere) {
  const element = document.querySelector(`[data-tile="${name}"]`);
  const known = value !== undefined && value !== null;
  set(element.querySelector('.value'), known ? write(value) : '–');
  set(element.querySelector('.detail'), known ? detail : elsewhere ? 'none in this time range' : 'waiting for data');
  element.classList.toggle('waiting', !known);
  if (known) element.querySelector('.value').dataset.value = value;
  else delete element.querySelector('.value').dataset.value;
  if (from) element.title = `Read from ${from}`;
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const counted = (value, one, many) => `${format.count(value)} ${value === 1 ? one : many}`;
