-- A trial of rules reads a month of millions without asking each of them what is true of hardly any.

-- Reported so late that a window could have been over before it was known.
CREATE INDEX service_event_late ON service_event (tenant_id, id) WHERE received_at - at >= interval '1 day';
CREATE INDEX rating_imported ON rating (tenant_id, rated_at, id) WHERE origin = 'imported';
-- How many services a day has: without it a plan takes a month for a few hundred.
CREATE STATISTICS invitation_day ON ((opens AT TIME ZONE 'Asia/Shanghai')::date) FROM invitation;
