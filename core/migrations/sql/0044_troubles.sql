-- What failed of a plugin or an extra stays in sight of whoever runs the place, in whichever process it failed.
CREATE TABLE incident (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  plugin    text NOT NULL,
  hook      text NOT NULL,
  error     text NOT NULL,
  first_at  timestamptz NOT NULL,
  at        timestamptz NOT NULL,
  times     int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, plugin, hook, error)
);
CREATE INDEX incident_at ON incident (tenant_id, at DESC);
SELECT protect('incident'::regclass, true);
GRANT SELECT, INSERT, UPDATE, DELETE ON incident TO hcp_app;

-- The record that this one may repeat, until somebody has said whether it does.
ALTER TABLE extra_record ADD COLUMN perhaps_of uuid;
ALTER TABLE extra_record ADD FOREIGN KEY (tenant_id, perhaps_of) REFERENCES extra_record (tenant_id, id);
GRANT UPDATE (repeat_of, perhaps_of) ON extra_record TO hcp_app;
-- Whoever deletes a place asks of each record whether another names it.
CREATE INDEX extra_record_perhaps ON extra_record (tenant_id, perhaps_of) WHERE perhaps_of IS NOT NULL;
CREATE INDEX extra_record_repeat ON extra_record (tenant_id, repeat_of) WHERE repeat_of IS NOT NULL;
