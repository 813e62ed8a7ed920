// One tooltip for all charts. Built from text nodes: what it shows came in from outside.

const box = document.getElementById('tooltip');

export function showTooltip(event, value) {
  const rows = typeof value === 'object' ? Object.entries(value) : [['', value]];
  box.replaceChildren(...rows.map(([name, text]) => {
    const line = document.createElement('div');
    line.append(Object.assign(document.createElement('span'), { textContent: name }), Object.assign(document.createElement('b'), { textContent: text }));
    return line;
  }));
  box.hidden = false;
  const { clientWidth: width } = document.documentElement;
  const left = Math.min(event.clientX + 14, width - box.offsetWidth - 8);
  const below = event.clientY + 16 + box.offsetHeight < innerHeight;
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${below ? event.clientY + 16 : event.clientY - box.offsetHeight - 12}px`;
}

export function hideTooltip() {
  box.hidden = true;
}
