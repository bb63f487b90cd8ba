-- name: known_codes
SELECT 'item' AS kind, code FROM item WHERE tenant_id = $1
UNION ALL SELECT 'staff', code FROM staff WHERE tenant_id = $1
UNION ALL SELECT 'window', code FROM service_window WHERE tenant_id = $1;
