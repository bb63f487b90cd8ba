-- name: contact
SELECT email_enc, phone_enc FROM member WHERE tenant_id = $1 AND id = $2

-- name: set_contact
UPDATE member SET email_enc = $3, phone_enc = $4 WHERE tenant_id = $1 AND id = $2
