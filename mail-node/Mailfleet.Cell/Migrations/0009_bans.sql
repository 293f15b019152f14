-- Addresses that the cell's nodes let in no more, for a while. Nodes and operators write, every node reads what changed each second.
CREATE SCHEMA filter;

-- offences counts bans in a row: each is longer than the one before. A ban that was removed has ended now and has no offences; its row stays for a while, so
-- that nodes see the change. ends_at is by this server's clock.
CREATE TABLE filter.ban (
    prefix cidr PRIMARY KEY,
    reason text NOT NULL,
    offences integer NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX ON filter.ban (changed_xid);

-- What accounts have sent, by hour. Nodes add what they took about each second; the last 24 rows are the day.
CREATE TABLE filter.sent (
    mailbox_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    messages integer NOT NULL,
    recipients integer NOT NULL,
    PRIMARY KEY (mailbox_id, hour)
);
CREATE INDEX ON filter.sent (hour);

-- Accounts without a sending limit: machines of the operator, benchmarks.
ALTER TABLE directory.mailbox ADD COLUMN sends_freely boolean NOT NULL DEFAULT false;
