-- A place taken along whole may be larger than two gigabytes: it is written to the disk block by block.
ALTER TABLE export ALTER COLUMN size TYPE bigint;
