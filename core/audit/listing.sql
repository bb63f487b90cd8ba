-- name: page
SELECT id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for, address, trace FROM audit
WHERE tenant_id = $1
  AND ($2::text = '' OR act = $2)
  AND ($3::timestamptz IS NULL OR at >= $3)
  AND ($4::timestamptz IS NULL OR at < $4)
  AND ($5::text = '' OR member = $5 OR actor = $5 OR actor = 'member:' || $5 OR split_part(actor, ':', 2) = $5)
  AND ($6::text = '' OR object_id = $6
       OR object_id = (SELECT t.id::text FROM ticket t WHERE t.tenant_id = $1 AND t.number = $6))
  AND ($7::text = '' OR act LIKE $7 || '.%')
  AND ($8::text = '' OR object_kind = $8)
  AND ($9::text = '' OR source = $9 OR source LIKE $9 || ':%')
  AND ($10::text = '' OR address = $10)
  AND ($11::uuid IS NULL OR (at, id) < (SELECT l.at, l.id FROM audit l WHERE l.tenant_id = $1 AND l.id = $11))
ORDER BY at DESC, id DESC LIMIT $12;

-- name: page_by_words
WITH near AS MATERIALIZED (
  SELECT id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for, address, trace FROM audit
  WHERE tenant_id = $1
    AND ($2::text = '' OR act = $2)
    AND ($3::timestamptz IS NULL OR at >= $3)
    AND ($4::timestamptz IS NULL OR at < $4)
    AND ($5::text = '' OR member = $5 OR actor = $5 OR actor = 'member:' || $5 OR split_part(actor, ':', 2) = $5)
    AND ($6::text = '' OR object_id = $6
         OR object_id = (SELECT t.id::text FROM ticket t WHERE t.tenant_id = $1 AND t.number = $6))
    AND ($7::text = '' OR act LIKE $7 || '.%')
    AND ($8::text = '' OR object_kind = $8)
    AND ($9::text = '' OR source = $9 OR source LIKE $9 || ':%')
    AND ($10::text = '' OR address = $10)
    AND ($11::uuid IS NULL OR (at, id) < (SELECT l.at, l.id FROM audit l WHERE l.tenant_id = $1 AND l.id = $11))
  ORDER BY at DESC, id DESC LIMIT $13
)
SELECT * FROM near
WHERE strpos(lower(before::text), lower($14)) > 0 OR strpos(lower(after::text), lower($14)) > 0
ORDER BY at DESC, id DESC LIMIT $12;

-- name: acts
SELECT DISTINCT act FROM audit WHERE tenant_id = $1 ORDER BY act;

-- name: numbers
SELECT id, number FROM ticket WHERE tenant_id = $1 AND id = ANY($2::uuid[]);

-- name: ticket
SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2;
