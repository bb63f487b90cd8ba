-- name: one_seat
-- The tickets of one seat, read in the order of an index.
SELECT {columns} FROM ticket_seat s
WHERE s.tenant_id = $1 AND {conditions} {end}

-- name: some_seats
-- The tickets of several seats, each read in the order of an index, and each ticket once.
SELECT DISTINCT {columns}
FROM unnest({seats}::text[], {until}::timestamptz[]) AS w (seat, until) CROSS JOIN LATERAL (
  SELECT {columns} FROM ticket_seat s
  WHERE s.tenant_id = $1 AND s.seat = w.seat AND s.rated_at < w.until AND {conditions} {each_end}) s
{end}

-- name: found_first
-- For an order in which no index has the few that are wanted: all of them are found, then sorted.
WITH found AS MATERIALIZED ({range}) SELECT * FROM found s WHERE {conditions} {end}

-- name: found_by_day
-- For those who may know the day and no hour: the day as they are shown it, then the number.
WITH found AS MATERIALIZED ({range}), dated AS (
  SELECT f.*, (t.opened_at AT TIME ZONE 'Asia/Shanghai')::date AS day, t.number
  FROM found f JOIN ticket t ON t.tenant_id = $1 AND t.id = f.ticket_id)
SELECT * FROM dated s WHERE {conditions} {end}

-- name: counted
(SELECT count(*) FROM ({range}) c)

-- name: sought
-- The newest tickets under these words that may be seen and meet the conditions. Each is asked for one by one, as a value and
-- not as a set: what is looked at ends with the last that is shown, however many there are.
SELECT w.ticket_id FROM ({words}) w
WHERE (SELECT true FROM ticket_seat s WHERE s.tenant_id = $1 AND s.ticket_id = w.ticket_id AND {conditions} LIMIT 1)
  AND (w.sure OR {in_full})
ORDER BY w.newest, w.ticket_id LIMIT {most}

-- name: among_few
-- The newest of these tickets that are meant: where few may be seen, and what is looked for stands in many.
WITH few AS MATERIALIZED ({few})
SELECT w.ticket_id FROM few w WHERE ({ways})
ORDER BY w.newest, w.ticket_id LIMIT {most}

-- name: word
SELECT w.newest, w.ticket_id, true AS sure FROM ticket_word w WHERE w.tenant_id = $1 AND w.word = {word}

-- name: stretch
SELECT w.newest, w.ticket_id, true AS sure FROM ticket_word w WHERE w.tenant_id = $1 AND w.word >= {first} AND w.word < {last}

-- name: said
-- Some pairs of the text lead to it; whether it was said is seen in the rating, but one pair is the whole text.
SELECT w.newest, w.ticket_id, {sure} AS sure FROM ticket_word w WHERE w.tenant_id = $1 AND w.word = {word} {beside}

-- name: in_full
(SELECT strpos(plain_text(r.text), {text}) > 0 FROM ticket t, rating r
  WHERE t.tenant_id = $1 AND t.id = w.ticket_id AND r.tenant_id = $1 AND r.rated_at = t.rated_at AND r.id = t.rating_id)

-- name: beside
AND (SELECT true FROM ticket_word v WHERE v.tenant_id = $1 AND v.word = {word} AND v.newest = w.newest AND v.ticket_id = w.ticket_id)
