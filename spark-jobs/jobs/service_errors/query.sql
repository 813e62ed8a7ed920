SELECT
  service,
  endpoint,
  window_start,
  window_end,
  requests,
  client_errors,
  server_errors,
  server_errors / requests AS error_rate,
  latency[0] AS p50_ms,
  latency[1] AS p95_ms,
  latency[2] AS p99_ms,
  slowest_ms,
  newest_event_time,
  oldest_received_at,
  newest_received_at
FROM (
  SELECT
    service,
    -- A key becomes a document id, whose length is limited.
    left(endpoint, 200) AS endpoint,
    window.start AS window_start,
    window.end AS window_end,
    count(*) AS requests,
    count_if(status BETWEEN 400 AND 499) AS client_errors,
    count_if(status >= 500) AS server_errors,
    -- Exact: state holds how often each duration occurred, and durations are whole milliseconds.
    percentile(duration_ms, array(0.5, 0.95, 0.99)) AS latency,
    max(duration_ms) AS slowest_ms,
    max(event_time) AS newest_event_time,
    min(received_at) AS oldest_received_at,
    max(received_at) AS newest_received_at
  FROM events
  GROUP BY service, left(endpoint, 200), window(event_time, '1 minute')
)
