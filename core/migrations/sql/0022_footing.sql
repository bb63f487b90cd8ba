-- What is begun in one place is finished in that place: lots and exports keep the footing they were begun on.
-- What was begun before is on none, and is refused.
ALTER TABLE lot ADD COLUMN stood jsonb NOT NULL DEFAULT '{}';
-- What whoever pressed could see, in whose sight each ticket still has to be when its turn comes.
ALTER TABLE lot ADD COLUMN eyes jsonb NOT NULL DEFAULT '{}';
ALTER TABLE export ADD COLUMN stood jsonb NOT NULL DEFAULT '{}';
-- When the download was last noted that what follows soon goes on with.
ALTER TABLE export ADD COLUMN noted_at timestamptz;
-- Why there is no file.
ALTER TABLE export ADD COLUMN refusal text NOT NULL DEFAULT '';
