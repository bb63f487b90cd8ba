-- Whoever is invited to look, test or ask, and works for nobody here, has a role of their own with the least rights.

ALTER TABLE member DROP CONSTRAINT member_role;
ALTER TABLE member ADD CONSTRAINT member_role CHECK (role IN (
  '', 'clerk', 'handler', 'supervisor', 'operator', 'provincial', 'admin', 'security', 'auditor', 'partner'));
