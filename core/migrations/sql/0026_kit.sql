-- What a place brings of its own: calendars that two people publish, its colours and mark, and devices bound to a window.

ALTER TABLE tenant_notice ADD COLUMN names jsonb NOT NULL DEFAULT '{}', ADD COLUMN document text NOT NULL DEFAULT '';

-- A holiday notice or days of one's own on their way: written by some, published by another, and kept with what moved.
CREATE TABLE calendar_change (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('notice', 'days')),
  title      text NOT NULL,
  year       int NOT NULL,
  years      jsonb NOT NULL DEFAULT '{}',
  days       jsonb NOT NULL DEFAULT '[]',
  text       text NOT NULL DEFAULT '',
  state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'published', 'withdrawn')),
  version    int NOT NULL DEFAULT 1,
  authors    text[] NOT NULL,
  changed_at timestamptz NOT NULL,
  decided_by text NOT NULL DEFAULT '',
  decided_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX calendar_change_open ON calendar_change (tenant_id, kind) WHERE state = 'open';
CREATE INDEX calendar_change_recent ON calendar_change (tenant_id, changed_at);

-- How a place looks: a colour for light and one for dark, and its mark as the picture that is served.
CREATE TABLE brand (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  light      text NOT NULL DEFAULT '',
  dark       text NOT NULL DEFAULT '',
  logo       bytea,
  logo_hash  text NOT NULL DEFAULT '',
  logo_width  int NOT NULL DEFAULT 0,
  logo_height int NOT NULL DEFAULT 0,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id)
);

-- A device's key may be good at one window only.
ALTER TABLE api_key ADD COLUMN window_code text;

SELECT protect(t::regclass) FROM unnest(ARRAY['calendar_change', 'brand']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_change, brand TO hcp_app;
