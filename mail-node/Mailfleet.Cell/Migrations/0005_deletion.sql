-- Large deletes that are decided: from this row's commit on readers see none of these messages, and their rows follow in short transactions.
-- uids shrinks with each of them; the row goes after the last. Adding one needs no lock: a UID never names another message.
CREATE TABLE mail.deletion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mailbox_id bigint NOT NULL,
    folder_id integer NOT NULL,
    uids int8multirange NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON mail.deletion (mailbox_id, folder_id);
