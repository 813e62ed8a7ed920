SELECT
  *,
  authorizations > 8 OR merchants > 4 OR amount > 500000 AS flagged
FROM (
  SELECT
    card_id,
    window.start AS window_start,
    window.end AS window_end,
    count(*) AS authorizations,
    count_if(NOT approved) AS declined,
    sum(amount) AS amount,
    -- Exact, and few: a set of the merchants of five minutes.
    size(collect_set(merchant_id)) AS merchants,
    max(event_time) AS newest_event_time,
    min(received_at) AS oldest_received_at,
    max(received_at) AS newest_received_at
  FROM events
  GROUP BY card_id, window(event_time, '5 minutes', '1 minute')
)
