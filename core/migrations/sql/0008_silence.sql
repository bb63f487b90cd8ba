-- Many windows end at the same midnight: they are taken in one order, each chunk from where the last one ended.

CREATE INDEX invitation_silent ON invitation (tenant_id, closes, id) WHERE state = 'open';
DROP INDEX invitation_due;
