-- Mail that the control plane hands to the cell: system mail, announcements, lists. The door writes it and cannot read it back; a node moves it on, each recipient
-- in the transaction that stores their message or queues it. The keys stay, so that a second call with one does nothing.
CREATE TABLE queue.injection (
    key text PRIMARY KEY,
    content bytea,                               -- null a day later, once everybody has it
    made_at timestamptz NOT NULL DEFAULT now()
);

-- outcome: null while it waits; then what became of it.
CREATE TABLE queue.injection_recipient (
    key text NOT NULL REFERENCES queue.injection,
    address text NOT NULL,
    retry_at timestamptz NOT NULL DEFAULT now(),
    outcome text,
    PRIMARY KEY (key, address)
);
CREATE INDEX ON queue.injection (made_at) WHERE content IS NOT NULL;
CREATE INDEX ON queue.injection_recipient (retry_at) WHERE outcome IS NULL;

-- The keys can be read, or a conflict could not be seen.
GRANT USAGE ON SCHEMA queue TO mailfleet_door;
GRANT INSERT, SELECT (key) ON queue.injection TO mailfleet_door;
GRANT INSERT, SELECT (key, address) ON queue.injection_recipient TO mailfleet_door;
