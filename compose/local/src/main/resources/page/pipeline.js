// The strip that shows where data is on its way, and how fresh it was when it arrived.

import * as format from '/format.js';

/** Writes the strip from the `pipeline` of /api/now; null when the page's own server is away. */
export function showPipeline(hops) {
  for (const element of document.querySelectorAll('[data-hop]')) {
    const hop = hops?.find(({ name }) => name === element.dataset.hop);
    const state = hop === undefined ? 'unknown' : hop.up ? 'up' : 'down';
    element.dataset.state = state;
    const words = hop?.seconds !== undefined && hop.up ? `fresh to ${format.seconds(hop.seconds)}` : state;
    const detail = element.querySelector('.state');
    if (detail.textContent !== words) detail.textContent = words;
    element.title = hop?.written_at ? `Last written ${format.minute(Date.parse(hop.written_at))}` : '';
  }
}
