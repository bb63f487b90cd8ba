-- A rule is changed by a proposal that somebody else approves; what was approved is never edited nor taken away again.

-- A province stands under nobody, so nobody can come to stand under itself.
ALTER TABLE tenant ADD COLUMN parent int REFERENCES tenant (id),
  ADD COLUMN live_since timestamptz,
  ADD CONSTRAINT tenant_parent CHECK (parent IS NULL OR (NOT province AND parent <> id));
CREATE INDEX tenant_parent_id ON tenant (parent) WHERE parent IS NOT NULL;
ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
UPDATE tenant SET live_since = created_at WHERE live;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;

-- The tenant's own papers: what its rules are cited from.
CREATE TABLE paper (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  title     text NOT NULL,
  number    text NOT NULL DEFAULT '',
  issued    date,
  author    text NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX paper_number ON paper (tenant_id, number) WHERE number <> '';
CREATE UNIQUE INDEX paper_title ON paper (tenant_id, title) WHERE number = '';

-- Where a paper is silent or ambiguous, the tenant asks itself, and must answer as it answers a plugin's questions.
CREATE TABLE own_question (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          text NOT NULL,
  key         text NOT NULL,
  clause      text NOT NULL,
  document    text NOT NULL DEFAULT '',
  text        text NOT NULL,
  suggestions jsonb NOT NULL,
  author      text NOT NULL,
  at          timestamptz NOT NULL,
  withdrawn_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);

-- One proposal for each day while it is undecided. ``version`` grows with every change in it.
CREATE TABLE proposal (
  tenant_id        int NOT NULL REFERENCES tenant (id),
  id               uuid NOT NULL,
  title            text NOT NULL DEFAULT '',
  since            date NOT NULL,
  state            text NOT NULL DEFAULT 'open'
                   CHECK (state IN ('open', 'submitted', 'returned', 'approved', 'withdrawn')),
  version          int NOT NULL DEFAULT 1,
  baseline_version int,
  restores         date,
  opened_by        text NOT NULL,
  opened_member    uuid,
  opened_at        timestamptz NOT NULL,
  submitted_by     text,
  submitted_member uuid,
  submitted_behalf uuid,
  submitted_at     timestamptz,
  decided_by       text,
  decided_member   uuid,
  decided_at       timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX proposal_day ON proposal (tenant_id, since) WHERE state IN ('open', 'submitted', 'returned');

-- Every version of every change; the newest of a key is the one that counts, unless it was dropped.
CREATE TABLE proposal_change (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  proposal_id uuid NOT NULL,
  key         text NOT NULL,
  version     int NOT NULL,
  value       jsonb,
  clause      text NOT NULL DEFAULT '',
  document    text NOT NULL DEFAULT '',
  basis       text NOT NULL DEFAULT '',
  until       date,
  dropped     boolean NOT NULL DEFAULT false,
  author      text NOT NULL,
  member_id   uuid,
  behalf_id   uuid,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, proposal_id, key, version),
  FOREIGN KEY (tenant_id, proposal_id) REFERENCES proposal (tenant_id, id)
);

-- What was said about it: remarks, and the words with which it was submitted, returned or decided.
CREATE TABLE proposal_comment (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  proposal_id uuid NOT NULL,
  version     int NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('note', 'submit', 'return', 'withdraw', 'approve')),
  key         text NOT NULL DEFAULT '',
  text        text NOT NULL,
  author      text NOT NULL,
  member_id   uuid,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, proposal_id) REFERENCES proposal (tenant_id, id)
);
CREATE INDEX proposal_comment_of ON proposal_comment (tenant_id, proposal_id, at);

-- An answer that a proposal gave holds from its day on; those of before the first day live stand in ``answer``.
CREATE TABLE dated_answer (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  question    text NOT NULL,
  value       jsonb NOT NULL,
  basis       text NOT NULL,
  document    text NOT NULL DEFAULT '',
  since       date NOT NULL,
  author      text NOT NULL,
  proposal_id uuid,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, proposal_id) REFERENCES proposal (tenant_id, id)
);

-- Which version of its province's rules the tenant stands on, from which day.
CREATE TABLE baseline_adoption (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  version     int NOT NULL,
  since       date NOT NULL,
  proposal_id uuid,
  adopted_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, proposal_id) REFERENCES proposal (tenant_id, id)
);

ALTER TABLE override ADD COLUMN document text NOT NULL DEFAULT '',
  ADD COLUMN proposal_id uuid,
  ADD FOREIGN KEY (tenant_id, proposal_id) REFERENCES proposal (tenant_id, id);
-- 恢复继承 is a rule of its own with a date: nothing that held is taken out of history.
CREATE POLICY throwaway_only ON override AS RESTRICTIVE FOR DELETE USING (tenant_id < 0);
REVOKE UPDATE ON override FROM hcp_app;

SELECT protect(t::regclass) FROM unnest(ARRAY['paper', 'own_question', 'proposal', 'proposal_change',
  'proposal_comment', 'dated_answer', 'baseline_adoption']) AS t;
GRANT SELECT, INSERT, DELETE ON paper, proposal_change, proposal_comment, dated_answer, baseline_adoption TO hcp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON own_question, proposal TO hcp_app;
