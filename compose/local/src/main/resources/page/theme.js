// The look of the charts: read from the page's own custom properties, so light and dark are decided in one place.

const dark = matchMedia('(prefers-color-scheme: dark)');

export function onThemeChange(action) {
  dark.addEventListener('change', action);
}

/** Vega-Lite configuration in the current colours. */
export function chartConfig() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;
  const ink = color('--ink');
  const muted = color('--muted');
  return {
    background: 'transparent',
    font,
    padding: { left: 0, right: 2, top: 4, bottom: 4 },
    view: { stroke: null },
    mark: { color: color('--accent') },
    line: { color: color('--accent') },
    area: { color: color('--accent'), line: { color: color('--accent') } },
    text: { color: ink, fontSize: 12.5 },
    rule: { color: ink },
    range: { category: [color('--accent'), color('--second')] },
    axis: {
      labelColor: muted, labelFontSize: 11, labelPadding: 6, gridColor: color('--line'), domainColor: color('--line'),
      tickColor: color('--line'), tickSize: 4,
    },
    legend: { labelColor: muted, labelFontSize: 11.5, symbolSize: 90, symbolStrokeWidth: 2, padding: 0 },
  };
}
