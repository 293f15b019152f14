-- Answers of the API by the key their callers chose, so that a request sent twice is done once. No answer: it is under way, or its process died.
CREATE TABLE tenancy.idempotency (
    key_sha256 bytea PRIMARY KEY,            -- of the caller and the key
    request_sha256 bytea NOT NULL,
    sealed bytea,                            -- the answer: it may hold a new token's secret
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON tenancy.idempotency (expires_at);
