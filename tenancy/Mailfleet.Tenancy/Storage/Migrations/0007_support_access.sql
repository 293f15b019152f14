-- Access by somebody who takes a customer's place for a while is a token with a reason.
ALTER TABLE tenancy.api_token
    ADD COLUMN reason text,                             -- null: an ordinary token
    ADD COLUMN on_behalf_of text COLLATE "C";           -- the customer whose place is taken

-- What customers say about it. No row: access needs no consent.
CREATE TABLE tenancy.support_consent (
    customer_id text COLLATE "C" PRIMARY KEY,
    allowed_until timestamptz NOT NULL                  -- consent is needed, and given until then
);
