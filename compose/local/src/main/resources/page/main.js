// Ties it together: reads every two seconds, and keeps the last good state when something does not answer.

import * as api from '/api.js';
import * as format from '/format.js';
import { Panel } from '/panel.js';
import { showPipeline } from '/pipeline.js';
import { showProbes } from '/probes.js';
import { Ranges } from '/range.js';
import { onThemeChange } from '/theme.js';
import { readTotals, showTiles } from '/tiles.js';

const INTERVAL = 2000;
const MODES = ['follow', '15m', '1h', '24h'];
const siteSelect = document.getElementById('site');
const status = document.getElementById('status');
const ranges = new Ranges();
const dashboard = new URLSearchParams(location.search).get('dashboard');

let panels = [];
let turn = 0;
let timer = 0;
let lastGood = null;
let known = { now: null, totals: null };

const chosen = {
  get site() { return siteSelect.value; },
  get mode() { return document.querySelector('input[name="range"]:checked').value; },
};

async function start() {
  readAddress();
  showLinks();
  const described = dashboard ? await readDashboard() : await retried(api.panels);
  panels = described.map((panel) => new Panel(panel));
  document.getElementById('panels').replaceChildren(...panels.map((panel) => panel.element));
  await Promise.all(panels.map((panel) => panel.draw()));
  siteSelect.addEventListener('change', choose);
  document.querySelectorAll('input[name="range"]').forEach((input) => input.addEventListener('change', choose));
  document.addEventListener('visibilitychange', () => !document.hidden && refresh());
  onThemeChange(() => panels.forEach((panel) => panel.draw()));
  await refresh();
}

/** The panels of a dashboard; what is wrong with its file is shown instead, until it is mended. */
async function readDashboard() {
  document.body.dataset.view = 'dashboard';
  const title = document.getElementById('title');
  const { title: name, description, panels: found } = await retried(() => api.dashboard(dashboard), (reason) => {
    title.textContent = reason;
  });
  title.replaceChildren(Object.assign(document.createElement('strong'), { textContent: name }), ` ${description}`);
  document.title = `${name} · Millrace`;
  return found;
}

async function showLinks() {
  const found = await api.dashboards().catch(() => []);
  const link = (name, title) => {
    const anchor = Object.assign(document.createElement('a'), { href: name ? `/?dashboard=${name}` : '/', textContent: title });
    if (name === (dashboard ?? '')) anchor.setAttribute('aria-current', 'page');
    return anchor;
  };
  document.getElementById('dashboards').replaceChildren(link('', 'Overview'), ...found.map(({ name, title }) => link(name, title)));
}

function choose() {
  known = { now: null, totals: null };
  const address = new URLSearchParams();
  if (chosen.site) address.set('site', chosen.site);
  if (chosen.mode !== 'follow') address.set('range', chosen.mode);
  history.replaceState(null, '', `#${address}`);
  refresh();
}

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const site = address.get('site');
  if (site) siteSelect.add(new Option(site, site, true, true));
  const mode = address.get('range');
  if (MODES.includes(mode)) document.querySelector(`input[value="${mode}"]`).checked = true;
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++turn;
  const isCurrent = () => mine === turn;
  const choice = `${chosen.mode} ${chosen.site}`;
  const filters = chosen.site ? [{ term: { site: chosen.site } }] : [];
  ranges.begin(chosen.mode, chosen.site);
  const failures = [];
  const guarded = (work, otherwise) => work.catch((failure) => {
    if (!(failure instanceof api.Unavailable)) throw failure;
    failures.push(failure.message);
    if (isCurrent()) otherwise?.(failure.message);
    return null;
  });
  try {
    const [now] = await Promise.all([
      guarded(api.now(chosen.site), () => showPipeline(null)).then((answer) => {
        if (!answer || !isCurrent()) return answer;
        showPipeline(answer.pipeline);
        // What does not answer leaves the last number that was true.
        if (isUp(answer, 'redis')) known.now = answer;
        showTiles(known.now, known.totals);
        return answer;
      }),
      guarded(readTotals(ranges, filters)).then((answer) => {
        if (!answer || !isCurrent()) return;
        known.totals = answer;
        showTiles(known.now, known.totals);
      }),
      api.freshness().then((found) => isCurrent() && showProbes(found)),
      guarded(readSites()),
      ...panels.map((panel) => guarded(panel.refresh(ranges, filters, isCurrent, choice), (reason) => panel.unavailable(reason, choice))),
    ]);
    if (isCurrent()) showStatus(failures, now);
  } finally {
    if (isCurrent()) timer = setTimeout(() => (document.hidden ? null : refresh()), INTERVAL);
  }
}

/** Fills the list of sites, by name, and leaves it alone while nothing changed. */
async function readSites() {
  const answer = await api.search('serving.requests_per_minute', {
    size: 0,
    aggs: { site: { terms: { field: 'site', size: 200, order: { newest: 'desc' } }, aggs: { newest: { max: { field: 'newest_received_at' } } } } },
  });
  const sites = (answer.aggregations?.site.buckets ?? []).map(({ key }) => key).sort();
  if (chosen.site && !sites.includes(chosen.site)) sites.push(chosen.site);
  const listed = [...siteSelect.options].slice(1).map(({ value }) => value);
  if (sites.join('\n') === listed.join('\n')) return;
  const selected = chosen.site;
  siteSelect.replaceChildren(siteSelect.options[0], ...sites.map((site) => new Option(site, site, false, site === selected)));
}

function showStatus(failures, now) {
  const reason = failures[0] ?? (now && !isUp(now, 'redis') ? 'Redis does not answer' : null);
  if (!reason) lastGood = Date.now();
  const at = lastGood ? format.clock(lastGood) : null;
  status.dataset.state = reason ? 'stale' : 'live';
  const words = reason ? (at ? `Stale since ${at}` : 'Waiting') : `Live · ${at}`;
  status.querySelector('.words').textContent = words;
  status.title = reason ?? 'Renewed every two seconds';
  const spoken = document.getElementById('reason');
  // Set only when it changes: each change is read out.
  if (spoken.textContent !== (reason ?? '')) spoken.textContent = reason ?? '';
}

const isUp = (now, hop) => now.pipeline.some(({ name, up }) => name === hop && up);

async function retried(question, meanwhile) {
  for (;;) {
    try {
      return await question();
    } catch (failure) {
      if (!(failure instanceof api.Unavailable)) throw failure;
      meanwhile?.(failure.message);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }
}

start();
