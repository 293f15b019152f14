-- A path leads down to the object itself (a mailbox's to its domain), so that people of a customer or of a domain see by the same rule as resellers.
-- The rows are rewritten at once: this comes before the first release.
UPDATE tenancy.mailbox SET path = path || customer_id || '/' || domain_id || '/';
UPDATE tenancy.domain SET path = path || customer_id || '/' || id || '/';
UPDATE tenancy.customer SET path = path || id || '/';
