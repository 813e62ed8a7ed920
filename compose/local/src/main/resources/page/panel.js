// One card with one spec: draws it once, then only hands new rows to the view, so nothing flickers.

import { rowsOf, searchOf } from '/kibana.js';
import { search } from '/api.js';
import { chartConfig } from '/theme.js';
import { hideTooltip, showTooltip } from '/tooltip.js';
import * as format from '/format.js';

// Only the first card of a kind says what to do; the others need not repeat it.
const HELP = {
  'active-users': ['Waiting for data', 'Send the sample, or a log of your own:', './millrace demo', './millrace send FILE'],
  orders: ['Waiting for orders', 'Let visitors shop:', './millrace simulate'],
  revenue: ['Waiting for orders', ''],
  default: ['Waiting for data', ''],
};

export class Panel {
  #spec;
  #meta;
  #view = null;
  #shown = '';
  #hasData = false;
  #choice = '';
  #parts;

  constructor({ name, has_site: hasSite, width, height, spec }) {
    this.#spec = spec;
    this.#meta = spec.usermeta.millrace;
    const url = spec.data.url;
    this.source = {
      index: url.index,
      timeField: url['%timefield%'] ?? this.#meta.time_field,
      windowMs: this.#meta.window_ms ?? 0,
      follow: this.#meta.follow,
      hasSite,
    };
    this.#build(name);
    if (width) {
      this.element.style.setProperty('--width', width);
      this.element.style.setProperty('--height', height);
    }
    if (this.#meta.view === 'table') this.#toggleTable();
  }

  /** The card, to be put into the page once. */
  get element() {
    return this.#parts.card;
  }

  #build(name) {
    const card = document.getElementById('panel').content.firstElementChild.cloneNode(true);
    const part = (selector) => card.querySelector(selector);
    card.dataset.panel = name;
    part('h2').textContent = this.#meta.title;
    part('h2').id = `title-${name}`;
    card.setAttribute('aria-labelledby', `title-${name}`);
    this.#parts = {
      card, note: part('.note'), chart: part('.chart'), table: part('.rows'), empty: part('.empty'), toggle: part('button'),
    };
    this.#parts.note.textContent = this.#meta.subtitle;
    this.#parts.toggle.setAttribute('aria-label', `${this.#meta.title} as a table`);
    this.#parts.toggle.addEventListener('click', () => this.#toggleTable());
    const head = part('thead tr');
    for (const column of this.#meta.table) {
      const cell = head.appendChild(document.createElement('th'));
      cell.scope = 'col';
      cell.textContent = column.label;
      cell.classList.toggle('number', Boolean(column.format));
    }
  }

  /** Draws the chart anew in the current colours; its rows stay. */
  async draw() {
    const spec = structuredClone(this.#spec);
    spec.data = { name: 'source', values: this.#shown ? JSON.parse(this.#shown) : [] };
    Object.assign(spec, { width: 'container', height: 'container', autosize: { type: 'fit', contains: 'padding', resize: true } });
    const compiled = vegaLite.compile(spec, { config: chartConfig() }).spec;
    this.#view?.finalize();
    this.#view = new vega.View(vega.parse(compiled), { renderer: 'svg', container: this.#parts.chart, hover: true });
    this.#view.tooltip((handler, event, item, value) => (value ? showTooltip(event, value) : hideTooltip()));
    // Scales of no rows have no ends, so that marks would be placed infinitely far away: the first rows draw the chart.
    if (this.#shown) await this.#view.runAsync();
  }

  /**
   * Asks for the newest state and shows it. Fails with Unavailable, and then shows what it showed before.
   * `choice` names what the reader has chosen, `isCurrent` tells whether that still holds.
   */
  async refresh(ranges, filters, isCurrent, choice) {
    const range = await ranges.of(this.source);
    if (range === null) {
      if (isCurrent()) this.#showEmpty(null);
      return;
    }
    const context = { ...range, filters: this.source.hasSite ? filters : [] };
    const { index, body } = searchOf(this.#spec.data.url, context);
    const answer = await search(index, body);
    const found = answer.hits?.total?.value > 0;
    const newest = found ? null : await ranges.newest(this.source);
    if (!isCurrent()) return;
    this.#choice = choice;
    this.#note(range);
    if (!found) {
      this.#showEmpty(newest);
      return;
    }
    await this.#show(rowsOf(answer, this.#spec.data.format.property));
  }

  /** Elasticsearch is away: what was shown stays, faded, as long as it is what the reader asked for. */
  unavailable(reason, choice) {
    if (this.#hasData && this.#choice === choice) {
      this.#parts.card.classList.add('stale');
      return;
    }
    this.#hasData = false;
    this.#shown = '';
    this.#message([reason, 'See which part is down:', './millrace status']);
  }

  /** The rows as the chart has them after its transforms, for the table and for the words that describe it. */
  #rows() {
    const complete = (rows) => rows.length > 0 && this.#meta.table.every(({ field }) => rows[0][field] !== undefined);
    const names = Object.keys(this.#view.getState({ data: vega.truthy, signals: vega.falsy }).data);
    return names.map((name) => this.#view.data(name)).find(complete) ?? [];
  }

  async #show(rows) {
    const { card, chart, empty } = this.#parts;
    const text = JSON.stringify(rows);
    this.#hasData = true;
    empty.hidden = true;
    chart.classList.remove('away');
    card.classList.remove('stale');
    if (text === this.#shown) return;
    this.#shown = text;
    await this.#view.data('source', rows).runAsync();
    this.#describe(this.#rows());
  }

  #describe(rows) {
    const columns = this.#meta.table;
    const text = (row, column) => (column.format ? vega.defaultLocale().format(column.format)(row[column.field]) : String(row[column.field]));
    this.#parts.table.querySelector('tbody').replaceChildren(...rows.map((row) => {
      const line = document.createElement('tr');
      for (const column of columns) {
        const cell = line.appendChild(document.createElement('td'));
        cell.textContent = text(row, column);
        cell.classList.toggle('number', Boolean(column.format));
      }
      return line;
    }));
    const numeric = columns.find((column) => column.format);
    const top = rows.reduce((best, row) => (best === null || row[numeric.field] > best[numeric.field] ? row : best), null);
    const highest = top ? ` Highest: ${numeric.label} ${text(top, numeric)}, ${text(top, columns[0])}.` : '';
    this.#parts.chart.setAttribute('aria-label', `${this.#meta.subtitle}. ${rows.length} values.${highest}`);
  }

  #note(range) {
    const whole = this.source.hasSite ? '' : ' · all sites';
    this.#parts.note.textContent = `${this.#meta.subtitle}${whole}`;
        this.#parts.card.querySelector('.span').textContent = format.span(range);
    this.#parts.card.querySelector('.span').title = `${format.span(range)} UTC`;
  }

  #showEmpty(newest) {
    this.#hasData = false;
    this.#shown = '';
    if (newest === null) {
      this.#message(HELP[this.#parts.card.dataset.panel] ?? HELP.default);
    } else {
      this.#message(['Nothing in this time range', `The newest data is from ${format.minute(newest)}. Choose “Newest data” above to see it.`]);
    }
  }

  #message([title, hint, ...commands]) {
    const { empty, chart, card } = this.#parts;
    const line = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
    empty.replaceChildren(line('strong', title), line('p', hint), ...commands.map((command) => line('code', command)));
    empty.hidden = false;
    chart.classList.add('away');
    chart.setAttribute('aria-label', title);
    card.classList.remove('stale');
    this.#parts.table.querySelector('tbody').replaceChildren();
  }

  #toggleTable() {
    const { card, toggle } = this.#parts;
    const table = card.classList.toggle('as-table');
    toggle.setAttribute('aria-pressed', String(table));
  }
}
