-- Who serves where: region, line, institution, window, staff and item, each under its official code.

CREATE TABLE region (
  tenant_id int NOT NULL REFERENCES tenant (id),
  code      text NOT NULL,
  name      text NOT NULL,
  parent    text,
  level     text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, parent) REFERENCES region (tenant_id, code)
);
CREATE TABLE line (
  tenant_id int NOT NULL REFERENCES tenant (id),
  code      text NOT NULL,
  name      text NOT NULL,
  PRIMARY KEY (tenant_id, code)
);
CREATE TABLE institution (
  tenant_id int NOT NULL REFERENCES tenant (id),
  code      text NOT NULL,
  name      text NOT NULL,
  region    text NOT NULL,
  line      text,
  parent    text,
  duty      text NOT NULL DEFAULT 'service' CHECK (duty IN ('service', 'systems', 'hotline', 'bureau')),
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, region) REFERENCES region (tenant_id, code),
  FOREIGN KEY (tenant_id, line) REFERENCES line (tenant_id, code),
  FOREIGN KEY (tenant_id, parent) REFERENCES institution (tenant_id, code)
);
CREATE TABLE service_window (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  code        text NOT NULL,
  name        text NOT NULL,
  institution text NOT NULL,
  kiosk       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, institution) REFERENCES institution (tenant_id, code)
);
CREATE TABLE staff (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  code        text NOT NULL,
  name        text NOT NULL,
  institution text NOT NULL,
  active      boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, institution) REFERENCES institution (tenant_id, code)
);
CREATE INDEX staff_institution ON staff (tenant_id, institution);
CREATE TABLE item (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  code          text NOT NULL,
  name          text NOT NULL,
  institution   text NOT NULL,
  systems       text,
  in_centre     boolean NOT NULL DEFAULT true,
  in_scope      boolean NOT NULL DEFAULT true,
  exempt_reason text NOT NULL DEFAULT '',
  promised      text NOT NULL DEFAULT '',
  legal         text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, code),
  FOREIGN KEY (tenant_id, institution) REFERENCES institution (tenant_id, code),
  FOREIGN KEY (tenant_id, systems) REFERENCES institution (tenant_id, code)
);
CREATE INDEX item_institution ON item (tenant_id, institution);

SELECT protect(t::regclass) FROM unnest(ARRAY['region', 'line', 'institution', 'service_window', 'staff', 'item']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON region, line, institution, service_window, staff, item TO hcp_app;
