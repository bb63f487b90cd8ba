-- name: names
SELECT code, name FROM item WHERE tenant_id = $1;

-- name: pairs
-- The pairs of a text, the rarest first: how often each stands, counted no further than it matters.
SELECT p AS word, (SELECT count(*) FROM (
  SELECT 1 FROM ticket_word w WHERE w.tenant_id = $1 AND w.word = p LIMIT 3000) c) AS many
FROM text_pairs($2) AS p ORDER BY many, p;

-- name: many
-- Whether one of these words stands in so many tickets; nobody counts further.
SELECT COALESCE(bool_or((SELECT count(*) FROM (
  SELECT 1 FROM ticket_word w WHERE w.tenant_id = $1 AND w.word = a.word LIMIT $3) c) >= $3), false)
FROM unnest($2::text[]) AS a (word);
