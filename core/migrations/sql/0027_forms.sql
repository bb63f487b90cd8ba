-- An answer keeps the questions it was given to, and a notice the words it was sent with: versions are added, never edited.

CREATE TABLE questionnaire (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        text NOT NULL,
  number    int NOT NULL CHECK (number > 0),
  mode      text NOT NULL,
  item      text NOT NULL,
  line      text NOT NULL,
  questions jsonb NOT NULL,
  clause    text NOT NULL DEFAULT '',
  document  text NOT NULL DEFAULT '',
  first_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, mode, item, line, number)
);
SELECT protect('questionnaire'::regclass);
GRANT SELECT, INSERT, DELETE ON questionnaire TO hcp_app;

-- What one rater answered. A complete one is never changed; one with required questions left open may be filled in.
CREATE TABLE questionnaire_answer (
  tenant_id int NOT NULL REFERENCES tenant (id),
  rating_id uuid NOT NULL,
  rated_at  timestamptz NOT NULL,
  version   text NOT NULL,
  answers   jsonb NOT NULL,
  complete  boolean NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, rating_id),
  FOREIGN KEY (tenant_id, version) REFERENCES questionnaire (tenant_id, id)
);
CREATE INDEX questionnaire_answer_version ON questionnaire_answer (tenant_id, version, rated_at);
SELECT protect('questionnaire_answer'::regclass);
GRANT SELECT, INSERT, UPDATE, DELETE ON questionnaire_answer TO hcp_app;

-- What the system's own notices say here. The newest version speaks; one without text says that the built-in words do.
CREATE TABLE notice_text (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  kind       text NOT NULL,
  number     int NOT NULL CHECK (number > 0),
  subject    text,
  body       text,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  PRIMARY KEY (tenant_id, kind, number)
);
SELECT protect('notice_text'::regclass);
GRANT SELECT, INSERT, DELETE ON notice_text TO hcp_app;

-- What came before versions were kept stands as it was sent, beside a version whose questions nobody knows any more.
SET LOCAL statement_timeout = 0;
ALTER TABLE rating NO FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaire NO FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaire_answer NO FORCE ROW LEVEL SECURITY;
INSERT INTO questionnaire (tenant_id, id, number, mode, item, line, questions, first_at)
SELECT tenant_id, 'before', 1, '', '', '', '{"fields": []}', min(rated_at) FROM rating WHERE answers IS NOT NULL GROUP BY tenant_id;
INSERT INTO questionnaire_answer (tenant_id, rating_id, rated_at, version, answers, complete, at)
SELECT tenant_id, id, rated_at, 'before', answers, true, received_at FROM rating WHERE answers IS NOT NULL;
ALTER TABLE questionnaire_answer FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaire FORCE ROW LEVEL SECURITY;
ALTER TABLE rating FORCE ROW LEVEL SECURITY;
ALTER TABLE rating DROP COLUMN answers;
