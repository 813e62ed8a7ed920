// The line below the strip: what the numbered probes of the last five minutes say.

import * as format from '/format.js';

/** Writes it from the answer of /api/freshness; hides it while nobody probes. */
export function showProbes(found) {
  const list = document.getElementById('probes');
  list.hidden = !found;
  if (!found) return;
  const lines = found.sources.map((source) => {
    const stores = source.hops.filter(({ hop }) => hop === 'redis' || hop === 'elasticsearch');
    const lost = source.hops.reduce((sum, { lost: n }) => sum + n, 0);
    const worst = (name) => Math.max(...stores.map((hop) => hop[name] ?? NaN)) / 1000;
    const age = Number.isNaN(worst('p99_ms'))
      ? 'no probe has arrived yet'
      : `p50 ${format.seconds(worst('p50_ms'))}, p99 ${format.seconds(worst('p99_ms'))}`;
    return {
      text: `${source.source}: ${age}, ${lost} lost, ${source.duplicates} twice, budget ×${source.burn_1h.toFixed(1)}`,
      state: lost > 0 || source.burn_1h > 1 ? 'bad' : 'good',
      title: source.hops.filter(({ p99_ms: p99 }) => p99 !== undefined)
        .map(({ hop, p99_ms: p99 }) => `${hop} ${format.seconds(p99 / 1000)}`).join(' → '),
    };
  });
  list.replaceChildren(...lines.map(({ text, state, title }) => {
    const item = document.createElement('li');
    item.textContent = text;
    item.dataset.state = state;
    item.title = title;
    return item;
  }));
}
