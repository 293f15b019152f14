-- Folders, flags and what is computed once of a message.

-- Changes up to pruned_modseq may have been forgotten: a client that knows no more reads everything anew.
-- last_uid_validity is the largest given out to a folder that may be gone: a folder made anew under an old name never repeats it.
ALTER TABLE mail.mailbox
    ADD COLUMN pruned_modseq bigint NOT NULL DEFAULT 0,
    ADD COLUMN last_uid_validity bigint NOT NULL DEFAULT 0;

-- Folders 1 to 6 are those with a role, in the order of the roles, so a delivery into Junk needs no look-up.
ALTER TABLE mail.mailbox ALTER COLUMN next_folder_id SET DEFAULT 7;

-- Seen is counted, not unseen: a delivery then touches no counter of flags.
-- From dated_from_uid on, UIDs are in the order of arrival and later than every message below: such a part is listed by date without sorting.
-- Of folders that are there already nobody knows the order.
ALTER TABLE mail.folder
    ADD COLUMN seen_count integer NOT NULL DEFAULT 0,
    ADD COLUMN created_modseq bigint NOT NULL DEFAULT 0,
    ADD COLUMN changed_modseq bigint NOT NULL DEFAULT 0,
    ADD COLUMN last_received_at timestamptz,
    ADD COLUMN dated_from_uid bigint NOT NULL DEFAULT 4294967296,
    ADD CONSTRAINT folder_seen_count_check CHECK (seen_count >= 0) NOT VALID;
ALTER TABLE mail.folder ALTER COLUMN dated_from_uid SET DEFAULT 1;

-- Bits of flags: 1 \Seen, 2 \Answered, 4 \Flagged, 8 \Draft, 16 \Deleted, 32 $Forwarded, 64 $Junk, 128 $NotJunk, 256 $MDNSent, 512 $Phishing.
-- keywords: all others, in lower case and sorted; NULL for none. No index may hold either column: flag changes stay heap-only.
ALTER TABLE mail.message
    ADD COLUMN flags integer NOT NULL DEFAULT 0,
    ADD COLUMN keywords text[];

-- Kinds of mail.change: 1 created, 2 changed, 3 moved (folder_id and uid say where it was), 9 destroyed.
-- 19 is a folder that was destroyed; its email_id is minus the folder's id, so that the key needs no more columns.

-- Envelope, structure and preview of a stored copy, made when first asked for. Goes with its blob. Bytes, not jsonb: only this program reads them.
CREATE TABLE mail.summary (
    blob_id bigint PRIMARY KEY,
    version smallint NOT NULL,
    envelope bytea NOT NULL,
    structure bytea NOT NULL
);
