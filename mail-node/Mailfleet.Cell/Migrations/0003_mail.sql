-- The cell's mail: bytes stand in segment files, everything about them here.
-- Writers take locks in the order mailbox → folder, each sorted by id; whoever writes a folder or a message holds its mailbox row.
-- No foreign keys: each would cost a look-up a delivered row. The store's check proves the references instead.
CREATE SCHEMA mail;

-- One segment file. It has one writer: the node start that carries this epoch. The row is made before the file.
-- state 0 open, 1 sealed (nobody appends), 2 dead (no live bytes; the file goes after a grace).
CREATE TABLE mail.segment (
    id bigint PRIMARY KEY,
    node text NOT NULL,
    epoch bigint NOT NULL,
    state smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    died_at timestamptz
) WITH (fillfactor = 50);
CREATE INDEX ON mail.segment (node) WHERE state = 0;

-- One stored copy of a message, whatever the number of mailboxes it went to. The only place that knows segment and position.
-- The id is the message's id: given before its first write, so that a repeated commit does nothing.
CREATE TABLE mail.blob (
    id bigint PRIMARY KEY,
    segment_id bigint NOT NULL,
    position bigint NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    header_bytes bigint NOT NULL CHECK (header_bytes BETWEEN 0 AND size_bytes)
);
CREATE INDEX ON mail.blob (segment_id, position);

-- Counters of a mailbox; made on demand. used_bytes is the sum of its messages' logical sizes.
CREATE TABLE mail.mailbox (
    mailbox_id bigint PRIMARY KEY,
    modseq bigint NOT NULL DEFAULT 0,
    used_bytes bigint NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
    next_email_id bigint NOT NULL DEFAULT 1,
    next_folder_id integer NOT NULL DEFAULT 2
) WITH (fillfactor = 50);

-- role 1 inbox, 2 sent, 3 drafts, 4 trash, 5 junk, 6 archive. The inbox is folder 1 of every mailbox.
CREATE TABLE mail.folder (
    mailbox_id bigint NOT NULL,
    folder_id integer NOT NULL,
    parent_id integer,
    role smallint,
    name text NOT NULL,
    uid_validity bigint NOT NULL CHECK (uid_validity BETWEEN 1 AND 4294967295),
    uid_next bigint NOT NULL DEFAULT 1 CHECK (uid_next BETWEEN 1 AND 4294967296),
    highest_modseq bigint NOT NULL DEFAULT 0,
    total_count integer NOT NULL DEFAULT 0 CHECK (total_count >= 0),
    total_bytes bigint NOT NULL DEFAULT 0 CHECK (total_bytes >= 0),
    PRIMARY KEY (mailbox_id, folder_id)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX ON mail.folder (mailbox_id, role) WHERE role IS NOT NULL;
CREATE UNIQUE INDEX ON mail.folder (mailbox_id, coalesce(parent_id, 0), name);

-- An e-mail in a mailbox; about 150 bytes. No index holds what a flag change touches (modseq), so such updates stay heap-only.
-- size_bytes is the logical size: the lines made of return_path and delivered_to, and the blob's bytes.
CREATE TABLE mail.message (
    mailbox_id bigint NOT NULL,
    email_id bigint NOT NULL,
    blob_id bigint NOT NULL,
    thread_id bigint NOT NULL,
    modseq bigint NOT NULL,
    uid bigint NOT NULL,
    size_bytes bigint NOT NULL,
    received_at timestamptz NOT NULL,
    message_id_hash bigint,
    folder_id integer NOT NULL,
    return_path text NOT NULL,
    delivered_to text NOT NULL,
    PRIMARY KEY (mailbox_id, email_id),
    UNIQUE (mailbox_id, folder_id, uid)
) PARTITION BY HASH (mailbox_id);
CREATE INDEX ON mail.message (mailbox_id, message_id_hash) WHERE message_id_hash IS NOT NULL;
CREATE INDEX ON mail.message (blob_id);
DO $$
BEGIN
    FOR i IN 0..31 LOOP
        EXECUTE format(
            'CREATE TABLE mail.message_%s PARTITION OF mail.message FOR VALUES WITH (MODULUS 32, REMAINDER %s) WITH (fillfactor = 90)',
            to_char(i, 'FM00'), i);
    END LOOP;
END $$;

-- What changed in a mailbox since a modseq; only ever appended to, pruned by age. kind 1 created, 2 changed, 9 destroyed.
-- A destroyed e-mail's row says where it was, for clients that resynchronise by UID.
CREATE TABLE mail.change (
    mailbox_id bigint NOT NULL,
    modseq bigint NOT NULL,
    email_id bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    uid bigint,
    folder_id integer,
    kind smallint NOT NULL,
    PRIMARY KEY (mailbox_id, modseq, email_id)
);
CREATE INDEX ON mail.change USING brin (changed_at);

-- The control plane bills by used bytes and sees nothing else of the mail.
GRANT USAGE ON SCHEMA mail TO mailfleet_door;
GRANT SELECT (mailbox_id, used_bytes) ON mail.mailbox TO mailfleet_door;
