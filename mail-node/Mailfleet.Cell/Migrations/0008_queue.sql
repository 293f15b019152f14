-- Mail that waits to leave the cell. Rows are inserted in the transaction that commits the message's bytes, and go when every recipient has an outcome.
-- Whose epoch a row carries may try it; 0 is nobody. An epoch is that of a node's start (queue.node), whose lease says whether it lives: a row never has a
-- lease of its own, so renewing costs one row a node, and a start that lost its rows finds none under its epoch.

-- What all recipients of a message share. The id is the stored copy's (mail.blob) and keeps it from being taken for garbage.
-- customer_id 0 is the host itself. may_report says that the sender is known to be who it says, so that a report is no backscatter.
CREATE TABLE queue.message (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    mailbox_id bigint,
    size_bytes bigint NOT NULL,
    is_8bit boolean NOT NULL,
    is_utf8 boolean NOT NULL,
    may_report boolean NOT NULL,
    return_full boolean,
    envelope_id text,
    accepted_at timestamptz NOT NULL DEFAULT now()
);

-- reverse_path '' is the null one; a forward has its own (SRS), a list one for each member.
-- notify as in RFC 3461 §4.1: 1 success, 2 failure, 4 delay. lane 1 interactive, 2 lists.
-- state 0 waits, 1 held by an operator, 2 failed, 3 delivered: only its report to the sender is missing.
CREATE TABLE queue.recipient (
    message_id bigint NOT NULL,
    number integer NOT NULL,
    customer_id bigint NOT NULL,
    lane smallint NOT NULL,
    state smallint NOT NULL DEFAULT 0,
    notify smallint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    accepted_at timestamptz NOT NULL DEFAULT now(),
    delay_reported boolean NOT NULL DEFAULT false,
    address text NOT NULL,
    domain text NOT NULL,
    reverse_path text NOT NULL,
    original_recipient text,
    last_reply text,
    last_host text,
    PRIMARY KEY (message_id, number)
) WITH (fillfactor = 80);

-- A claim walks from tenant to tenant and takes the oldest of each, so that a million rows of one do not stand before another's.
CREATE INDEX recipient_due ON queue.recipient (lane, customer_id, next_attempt_at) WHERE epoch = 0 AND state IN (0, 2, 3);
CREATE INDEX recipient_claimed ON queue.recipient (epoch) WHERE epoch <> 0;

-- What became of each recipient, for "why did my mail not arrive?". Only ever appended to, pruned by age.
-- outcome 1 delivered, 2 deferred, 3 failed, 4 given up, 5 bounced by an operator, 6 deleted by an operator.
CREATE TABLE queue.trace (
    at timestamptz NOT NULL DEFAULT now(),
    message_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    outcome smallint NOT NULL,
    attempts integer NOT NULL,
    address text NOT NULL,
    reverse_path text NOT NULL,
    reply text,
    host text,
    tls text
);
CREATE INDEX ON queue.trace USING brin (at);
CREATE INDEX ON queue.trace (customer_id, at);

-- The language of reports to a customer's users: en or zh.
ALTER TABLE directory.customer ADD COLUMN language text NOT NULL DEFAULT 'en';

-- The secrets by which forwards' envelope senders (SRS) are known to be ours. The newest signs, all verify. 244 bits of the server's strong random.
CREATE TABLE queue.sender_secret (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    secret bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO queue.sender_secret (secret) VALUES (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
