-- Mail of the host to customers on its way to their cells: written in the transaction of what it tells, handed over by a job, kept as a record without its text.
CREATE TABLE tenancy.notice (
    key text COLLATE "C" PRIMARY KEY,
    cell text NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    recipients text[] NOT NULL,
    content bytea,
    made_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX ON tenancy.notice (cell, key) WHERE sent_at IS NULL;
