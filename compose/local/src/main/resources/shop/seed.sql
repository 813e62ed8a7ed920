-- 200 customers, 60 products and 300 orders of the last two days, the newest of them minutes old. No randomness: every
-- shop starts the same, but for its clock.

INSERT INTO customers (name, email, segment, country, created_at, updated_at)
SELECT first || ' ' || last,
       lower(first) || '.' || lower(last) || i || '@example.com',
       (ARRAY['new', 'regular', 'regular', 'loyal', 'business'])[1 + i * 7 % 5],
       (ARRAY['US', 'DE', 'FR', 'GB', 'JP', 'BR', 'IN', 'NL', 'ES', 'CA', 'AU', 'SE'])[1 + i * 5 % 12],
       joined, joined
FROM (
    SELECT i,
           (ARRAY['Ada', 'Ben', 'Chloe', 'Diego', 'Emma', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas',
                  'Keiko', 'Liam', 'Mina', 'Noah', 'Olga', 'Priya', 'Quentin', 'Rosa', 'Sven', 'Tara'])[1 + i * 11 % 20] AS first,
           (ARRAY['Almeida', 'Bauer', 'Costa', 'Dubois', 'Evans', 'Fischer', 'Garcia', 'Hansen', 'Ito', 'Jansen',
                  'Kumar', 'Larsen', 'Moreau', 'Novak', 'Owens', 'Petit', 'Rossi', 'Silva', 'Tanaka', 'Weber'])[1 + (i / 20 + i * 3) % 20] AS last,
           now() - make_interval(days => 1 + i * 13 % 700) AS joined
    FROM generate_series(1, 200) AS i
) AS people;

INSERT INTO products (name, category, price, created_at, updated_at)
SELECT (ARRAY['Oak', 'Steel', 'Linen', 'Glass', 'Copper', 'Cork', 'Wool', 'Paper', 'Stone', 'Clay'])[1 + i % 10] || ' ' ||
       (ARRAY['lamp', 'chair', 'blanket', 'mug', 'notebook', 'shelf'])[1 + i / 10 % 6],
       (ARRAY['light', 'furniture', 'textile', 'kitchen', 'office', 'furniture'])[1 + i / 10 % 6],
       (499 + i * 3701 % 24000) / 100.0,
       now() - make_interval(days => 900 - i), now() - make_interval(days => 900 - i)
FROM generate_series(0, 59) AS i;

INSERT INTO orders (customer_id, status, created_at, updated_at)
SELECT 1 + i * 37 % 200,
       CASE WHEN i <= 6 THEN 'new'
            WHEN i % 23 = 0 THEN 'cancelled'
            WHEN i <= 40 THEN 'paid'
            ELSE 'shipped' END,
       placed, placed
FROM (
    -- Oldest first, so that ids and times run the same way; closer together towards now.
    SELECT i, now() - make_interval(secs => 60 + 172800 * power(i / 300.0, 1.7)) AS placed
    FROM generate_series(1, 300) AS i
) AS history
ORDER BY i DESC;

INSERT INTO order_items (order_id, line, product_id, quantity, price)
SELECT o.order_id, line, p.product_id, 1 + (o.order_id * line) % 3, p.price
FROM orders AS o
CROSS JOIN LATERAL generate_series(1, 1 + (o.order_id % 4)::int) AS line
JOIN products AS p ON p.product_id = 1 + (o.order_id * 17 + line * 5) % 60;

UPDATE orders AS o
SET total = (SELECT sum(quantity * price) FROM order_items AS i WHERE i.order_id = o.order_id);
