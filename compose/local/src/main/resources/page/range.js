// Which stretch of time a panel shows. "Follow" fits the newest connected stretch of the data itself, so a log from
// years ago is as visible as traffic of this minute.

import { search } from '/api.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FIXED = { '15m': 15 * MINUTE, '1h': HOUR, '24h': 24 * HOUR };
const REACH = 7 * 24 * HOUR;
const GAP = 6 * HOUR;
const SHORTEST = 15 * MINUTE;
const LIVE = 30 * MINUTE;

export class Ranges {
  #mode = 'follow';
  #filters = [];
  #kept = new Map();
  #pending = new Map();

  /** Begins a refresh: what is found from now on is for this mode and these filters. */
  begin(mode, site) {
    this.#mode = mode;
    this.#filters = site ? [{ term: { site } }] : [];
    this.#pending.clear();
  }

  /** The range `{min, max}` in epoch milliseconds; null when there is no data to follow. */
  async of(source) {
    if (this.#mode !== 'follow') {
      const max = Date.now();
      return { min: max - FIXED[this.#mode], max };
    }
    const newest = await this.newest(source);
    if (newest === null) return null;
    const max = newest + (source.windowMs ? source.windowMs - 1 : 0);
    if (source.follow === 'live') return { min: max - LIVE, max };
    return { min: Math.min(await this.#start(source, newest), max - SHORTEST), max };
  }

  /** Time of the newest document, whatever the range; null when there is none. */
  newest(source) {
    return this.#once(`newest ${this.#name(source)}`, async () => {
      const answer = await search(source.index, {
        size: 0, query: this.#query(source, []), aggs: { newest: { max: { field: source.timeField } } },
      });
      return answer.aggregations?.newest.value ?? null;
    });
  }

  /** Walks back from the newest document until nothing happened for a while. */
  async #start(source, newest) {
    const name = this.#name(source);
    const kept = this.#kept.get(name);
    // While data streams in, the start stays where it was, unless the reach has been left.
    if (kept && newest >= kept.newest && newest - kept.newest < GAP && newest - kept.start < REACH) {
      kept.newest = newest;
      return kept.start;
    }
    const start = await this.#once(`start ${name}`, async () => {
      const answer = await search(source.index, {
        size: 0,
        query: this.#query(source, [{ range: { [source.timeField]: { gte: newest - REACH, lte: newest, format: 'epoch_millis' } } }]),
        aggs: {
          hours: {
            date_histogram: { field: source.timeField, fixed_interval: '1h', min_doc_count: 1, order: { _key: 'desc' } },
            aggs: { first: { min: { field: source.timeField } } },
          },
        },
      });
      let start = newest;
      for (const { first } of answer.aggregations?.hours.buckets ?? []) {
        if (start - first.value > GAP + HOUR) break;
        start = first.value;
      }
      return start;
    });
    // Documents that arrive late may lie before the start, so it is looked up again now and then.
    this.#kept.set(name, { start, newest });
    setTimeout(() => this.#kept.delete(name), 20_000);
    return start;
  }

  #query(source, clauses) {
    return { bool: { filter: [...(source.hasSite ? this.#filters : []), ...clauses] } };
  }

  #name(source) {
    return JSON.stringify([source.index, source.timeField, source.hasSite ? this.#filters : []]);
  }

  /** Panels that share an index share the question. */
  #once(name, question) {
    if (!this.#pending.has(name)) this.#pending.set(name, question());
    return this.#pending.get(name);
  }
}
