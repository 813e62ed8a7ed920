SELECT
  site,
  window.start AS window_start,
  window.end AS window_end,
  count(*) AS requests,
  count_if(status >= 400 AND status < 500) AS client_errors,
  count_if(status >= 500) AS server_errors,
  count_if(status >= 400) / count(*) AS error_rate,
  max(event_time) AS newest_event_time,
  min(received_at) AS oldest_received_at,
  max(received_at) AS newest_received_at
FROM events
GROUP BY site, window(event_time, '1 minute')
