-- What a member has begun to write on a ticket, who has it open to act on it, and the wordings units keep for replies.

CREATE TABLE draft (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  member_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  verb      text NOT NULL,
  words_enc bytea NOT NULL,
  version   int NOT NULL,
  saved_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, member_id, ticket_id, verb),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX draft_saved ON draft (tenant_id, saved_at);

CREATE TABLE presence (
  tenant_id int NOT NULL REFERENCES tenant (id),
  ticket_id uuid NOT NULL,
  member_id uuid NOT NULL,
  verb      text NOT NULL,
  since     timestamptz NOT NULL,
  seen_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, ticket_id, member_id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX presence_seen ON presence (tenant_id, seen_at);

-- Without an institution a wording is the whole tenant's.
CREATE TABLE wording (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  institution text,
  title       text NOT NULL,
  body        text NOT NULL,
  verbs       text[] NOT NULL,
  changed_by  text NOT NULL,
  changed_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, institution) REFERENCES institution (tenant_id, code)
);
CREATE INDEX wording_unit ON wording (tenant_id, institution);

CREATE TABLE wording_use (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  member_id  uuid NOT NULL,
  wording_id uuid NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, member_id, wording_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id),
  FOREIGN KEY (tenant_id, wording_id) REFERENCES wording (tenant_id, id) ON DELETE CASCADE
);

SELECT protect(t::regclass, true) FROM unnest(ARRAY['draft', 'presence', 'wording', 'wording_use']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON draft, presence, wording, wording_use TO hcp_app;
