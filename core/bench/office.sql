-- name: draw_tickets
-- Every service of the lot was rated badly: each with a state, as they lie in an office that has long been at work.
CREATE TEMP TABLE bad_lot AS
SELECT l.*, to_char(l.at AT TIME ZONE 'Asia/Shanghai', 'YYMM-') || lpad(l.n::text, 7, '0') AS number,
  CASE WHEN l.n % 1000 < 2 THEN 'auditing' WHEN l.n % 1000 < 10 THEN 'open' WHEN l.n % 1000 < 20 THEN 'verified'
    WHEN l.n % 1000 < 30 THEN 'rectifying' WHEN l.n % 1000 < 70 THEN 'rejected' WHEN l.n % 1000 < 90 THEN 'withdrawn'
    WHEN l.n % 1000 < 120 THEN 'answered' ELSE 'closed' END AS state,
  1 + (l.n % 3 = 0)::int AS bad,
  (ARRAY['窗口态度冷淡', '排队两个小时', '材料反复补正', '系统总是出错', '说法前后不一', '无人接听电话', '网上办不成', '指南写得不清'])
    [1 + l.n % 8] || (ARRAY['请改进', '很失望', '希望回复', '不满意'])[1 + l.n / 8 % 4] || '第' || l.n % 100000 || '号' AS said
FROM lot l;

-- name: lay_said
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, origin, channel, source, receipt, policy,
  received_at, text, tags)
SELECT tenant_id, id, at, id, id, 'closed', 'citizen', 'web', 'bench', '', 'bench', at, said, '{}' FROM bad_lot;

-- name: lay_grades
INSERT INTO mark (tenant_id, rating_id, rated_at, dimension, item, grade, effective, origin, staff, institutions, lines,
  regions, areas, channel)
SELECT tenant_id, id, at, dimension, item, bad, bad, 'citizen', staff, ARRAY[institution], ARRAY[line], ARRAY[region],
  ARRAY['city', region], 'window'
FROM bad_lot, unnest(ARRAY['overall', 'staff']) AS dimension;

-- name: lay_tickets
INSERT INTO ticket (tenant_id, id, number, rating_id, rated_at, case_id, item, staff, dimensions, grade, state, dispatched_at,
  handler, proposed, opened_at, closed_at, policy, policy_day)
SELECT tenant_id, id, number, id, at, id, item, staff, '{overall,staff}', bad, state, at, institution, institution, at,
  CASE WHEN state IN ('closed', 'rejected', 'withdrawn') THEN at + interval '5 days' END, 'bench',
  (at AT TIME ZONE 'Asia/Shanghai')::date
FROM bad_lot;

-- name: lay_acts
INSERT INTO ticket_act (tenant_id, id, ticket_id, at, act, actor, note, data)
SELECT tenant_id, md5(act || n)::uuid, id, at + after, act, actor, '', '{}'
FROM bad_lot, (VALUES ('opened', 'system', interval '0'), ('dispatch', 'bureau', interval '1 hour'),
  ('contact', 'institution:bureau', interval '1 day')) AS a (act, actor, after);

-- name: lay_clocks
INSERT INTO clock (tenant_id, id, ticket_id, name, since, started_at, span, due_at, clause, document, policy, calendar, days,
  state, stopped_at)
SELECT tenant_id, md5('close' || n)::uuid, id, 'close', 'dispatched', at, '10wd',
  CASE WHEN state IN ('open', 'verified', 'rectifying') THEN $1::timestamptz + (n % 20 - 4) * interval '13 hours' ELSE at + interval '14 days' END,
  '第一条', '测速', 'bench', '', '[]',
  CASE WHEN state IN ('open', 'verified', 'rectifying') THEN 'running' ELSE 'stopped' END,
  CASE WHEN state NOT IN ('open', 'verified', 'rectifying') THEN at + interval '5 days' END
FROM bad_lot WHERE state NOT IN ('auditing');

-- name: lay_told
INSERT INTO notice (tenant_id, id, at, addressee, about, case_id, ticket_id, once, body)
SELECT tenant_id, md5('told' || n)::uuid, at + interval '1 day', 'staff:' || staff, 'ticket', id, id, 'bench:' || n,
  jsonb_build_object('day', (at AT TIME ZONE 'Asia/Shanghai')::date)
FROM bad_lot WHERE n % 3 = 0;

-- name: lay_seats
INSERT INTO ticket_seat (tenant_id, ticket_id, seat, urgent, newest, state, grade, handler, rated_at)
SELECT t.tenant_id, t.id, w.seat, ticket_urgent(t.tenant_id, t.id), -(extract(epoch FROM t.opened_at) * 1000000)::bigint,
  t.state, t.grade, t.handler, t.rated_at
FROM bad_lot l JOIN ticket t ON t.tenant_id = l.tenant_id AND t.id = l.id,
  ticket_seats(t.tenant_id, t.id, t.state, t.handler, t.proposed, t.co_handlers, t.staff) AS w;

-- name: lay_words
INSERT INTO ticket_word (tenant_id, word, newest, ticket_id)
SELECT l.tenant_id, k.word, -(extract(epoch FROM l.at) * 1000000)::bigint, l.id
FROM bad_lot l, ticket_keys(l.tenant_id, l.number, l.item, l.id, l.at, l.id) AS k
UNION ALL SELECT l.tenant_id, p, -(extract(epoch FROM l.at) * 1000000)::bigint, l.id
FROM bad_lot l, text_pairs(l.said) AS p WHERE l.state <> 'withdrawn';

-- name: drawn
DROP TABLE bad_lot;

-- name: indexes
-- Of the tables that many rows are laid into, to be made again when they lie there.
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made, c.conname, c.conrelid::regclass::text AS held
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p'
WHERE i.indrelid IN ('ticket_seat'::regclass, 'ticket_word'::regclass);
