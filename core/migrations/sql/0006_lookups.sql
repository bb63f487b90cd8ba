-- A repeated event finds its invitation, and a city's cases their ratings, without reading all of them.

CREATE INDEX invitation_event ON invitation (tenant_id, event_id);
CREATE INDEX invitation_ended ON invitation (tenant_id, rated_at, case_id) WHERE state <> 'open';
