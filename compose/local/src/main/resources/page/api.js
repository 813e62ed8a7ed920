// Talks to the page's own server, and to nobody else.

/** Thrown when an answer is not a state of the data but a failure: the page keeps what it shows and says so. */
export class Unavailable extends Error {}

/** The answer of a search; an empty object when the index does not exist yet. */
export async function search(index, body) {
  const response = await ask(`/api/es/${index}/_search`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  switch (response.headers.get('Millrace-State')) {
    case 'ok':
      return answer;
    case 'missing':
      return {};
    case 'unreachable':
      throw new Unavailable('Elasticsearch does not answer');
    default:
      throw new Unavailable(answer.error ?? `The page answered ${response.status}`);
  }
}

/** Headline numbers of a site, or of all sites, and the state of every hop. */
export async function now(site) {
  const response = await ask(site ? `/api/now?site=${encodeURIComponent(site)}` : '/api/now');
  if (!response.ok) throw new Unavailable(`The page answered ${response.status}`);
  return response.json();
}

/** Every panel with its spec. */
export async function panels() {
  const response = await ask('/api/specs');
  if (!response.ok) throw new Unavailable(`The page answered ${response.status}`);
  return response.json();
}

/** What the numbered probes say; null while nobody probes. */
export async function freshness() {
  try {
    const found = await (await ask('/api/freshness')).json();
    return found.sources?.length ? found : null;
  } catch {
    return null;
  }
}

/** Name and title of every dashboard; of none when their files are wrong. */
export async function dashboards() {
  const response = await ask('/api/dashboards');
  return response.ok ? response.json() : [];
}

/** A dashboard with its panels. */
export async function dashboard(name) {
  const response = await ask(`/api/dashboards/${encodeURIComponent(name)}`);
  const answer = await response.json();
  if (!response.ok) throw new Unavailable(answer.error ?? `The page answered ${response.status}`);
  return answer;
}

async function ask(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(8000) });
  } catch {
    throw new Unavailable('The stack does not answer; is ./millrace up still running?');
  }
}
