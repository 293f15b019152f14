-- Room that several mailboxes share: a customer's, a domain's. NULL: no limit.
ALTER TABLE directory.customer ADD COLUMN quota_bytes bigint;
ALTER TABLE directory.domain ADD COLUMN quota_bytes bigint;
ALTER TABLE directory.customer ADD CONSTRAINT customer_quota_bytes_check CHECK (quota_bytes >= 0) NOT VALID;
ALTER TABLE directory.domain ADD CONSTRAINT domain_quota_bytes_check CHECK (quota_bytes >= 0) NOT VALID;

-- A pool is counted by its owner's mailboxes, deleted ones too: their mail takes room until it is purged.
CREATE INDEX ON directory.domain (customer_id);
CREATE INDEX ON directory.mailbox (domain_id);

-- Each owner that has, or once had, a limit. kind 1 customer, 2 domain. reserved_bytes is the sum of the shares'. Made by whoever sets the limit, while mail goes on:
-- whoever holds a mailbox and sees no pool does not count. fence_xid is above all that may have been under way then; when they have ended, what was there before
-- is counted in one snapshot. Until then (counted_at NULL) the limit refuses nothing.
CREATE TABLE mail.pool (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL CHECK (kind IN (1, 2)),
    owner_id bigint NOT NULL,
    reserved_bytes bigint NOT NULL DEFAULT 0,
    fence_xid xid8,
    counted_at timestamptz,
    UNIQUE (kind, owner_id)
) WITH (fillfactor = 50);
CREATE INDEX ON mail.pool (id) WHERE fence_xid IS NULL OR counted_at IS NULL;

-- What the start of a node has used of a pool, less what it deleted, and what it has reserved: a slice of room that it fills without asking the others. Epoch 0
-- holds what ended starts have used, and what was there before the limit.
CREATE TABLE mail.pool_share (
    pool_id bigint NOT NULL,
    epoch bigint NOT NULL,
    used_bytes bigint NOT NULL DEFAULT 0,
    reserved_bytes bigint NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (pool_id, epoch)
) WITH (fillfactor = 50);
CREATE INDEX ON mail.pool_share (epoch);

CREATE FUNCTION mail.pool_quota(pool mail.pool) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE pool.kind
        WHEN 1 THEN (SELECT quota_bytes FROM directory.customer WHERE id = pool.owner_id)
        ELSE (SELECT quota_bytes FROM directory.domain WHERE id = pool.owner_id)
    END
$$;

-- The pools that a mailbox draws from.
CREATE FUNCTION mail.pools_of(mailbox bigint) RETURNS SETOF mail.pool LANGUAGE sql STABLE ROWS 2 AS $$
    SELECT p.* FROM directory.mailbox m JOIN directory.domain d ON d.id = m.domain_id
    CROSS JOIN LATERAL (VALUES (1::smallint, d.customer_id), (2::smallint, d.id)) AS owner (kind, id)
    JOIN mail.pool p ON p.kind = owner.kind AND p.owner_id = owner.id
    WHERE m.id = mailbox
$$;

-- Counts what a transaction of this epoch adds to mailboxes (less than nothing: takes away) in their pools, by taking slices where its shares do not suffice.
-- Raises MF001 when there is no room for it; promised bytes are never refused. The transaction's last locks, in order of pools: nobody waits for a mailbox with one.
-- A slice is 16 MB, and a sixteenth of the room that is left where that is less.
CREATE FUNCTION mail.charge_pools(mailboxes bigint[], amounts bigint[], promised bigint[], node_epoch bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    charge record;
    share mail.pool_share;
    pool mail.pool;
    lacking bigint;
    room bigint;
BEGIN
    FOR charge IN
        SELECT p.id, sum(n.amount)::bigint AS amount, sum(n.promise)::bigint AS promise
        FROM unnest(mailboxes, amounts, promised) AS n (mailbox, amount, promise), mail.pools_of(n.mailbox) p
        GROUP BY p.id ORDER BY p.id
    LOOP
        INSERT INTO mail.pool_share (pool_id, epoch) VALUES (charge.id, node_epoch) ON CONFLICT DO NOTHING;
        SELECT * INTO share FROM mail.pool_share WHERE pool_id = charge.id AND epoch = node_epoch FOR NO KEY UPDATE;
        lacking := greatest(0, share.used_bytes + charge.amount + charge.promise - share.reserved_bytes);
        IF lacking > 0 THEN
            SELECT * INTO pool FROM mail.pool WHERE id = charge.id FOR NO KEY UPDATE;
        ELSE
            SELECT * INTO pool FROM mail.pool WHERE id = charge.id;
        END IF;

        -- NULL: no limit, or none yet.
        room := CASE WHEN pool.counted_at IS NOT NULL THEN mail.pool_quota(pool) - pool.reserved_bytes + share.reserved_bytes - share.used_bytes END;
        IF charge.amount > 0 AND charge.amount > room THEN
            RAISE EXCEPTION 'Pool % has room for % bytes, not for %.', charge.id, room, charge.amount USING ERRCODE = 'MF001';
        END IF;

        IF lacking > 0 THEN
            lacking := greatest(lacking, least(16777216, (mail.pool_quota(pool) - pool.reserved_bytes) / 16));
            UPDATE mail.pool SET reserved_bytes = reserved_bytes + lacking WHERE id = charge.id;
        END IF;
        UPDATE mail.pool_share SET used_bytes = used_bytes + charge.amount + charge.promise, reserved_bytes = reserved_bytes + lacking, is_active = true
        WHERE pool_id = charge.id AND epoch = node_epoch;
    END LOOP;
END
$$;

-- Counts a pool whose fence has passed: what its mailboxes hold, less what the shares know of, in one snapshot, so that whoever adds to both meanwhile is seen in
-- both or in none. The difference goes to the share of nobody. The caller holds the keepers' lock, or two would add the same difference.
CREATE FUNCTION mail.count_pool(pool_id bigint) RETURNS bigint LANGUAGE sql AS $$
    WITH found AS MATERIALIZED (
        SELECT p.id,
            (SELECT coalesce(sum(b.used_bytes), 0)::bigint FROM directory.domain d JOIN directory.mailbox m ON m.domain_id = d.id JOIN mail.mailbox b ON b.mailbox_id = m.id
             WHERE (p.kind = 1 AND d.customer_id = p.owner_id) OR (p.kind = 2 AND d.id = p.owner_id))
            - (SELECT coalesce(sum(s.used_bytes), 0)::bigint FROM mail.pool_share s WHERE s.pool_id = p.id) AS difference
        FROM mail.pool p WHERE p.id = count_pool.pool_id AND p.fence_xid <= pg_snapshot_xmin(pg_current_snapshot())),
    shares AS (
        INSERT INTO mail.pool_share AS s (pool_id, epoch, used_bytes, reserved_bytes) SELECT id, 0, difference, difference FROM found WHERE difference <> 0
        ON CONFLICT (pool_id, epoch) DO UPDATE SET used_bytes = s.used_bytes + excluded.used_bytes, reserved_bytes = s.reserved_bytes + excluded.reserved_bytes)
    UPDATE mail.pool p SET reserved_bytes = p.reserved_bytes + f.difference, counted_at = now() FROM found f WHERE p.id = f.id RETURNING f.difference
$$;

-- Gives room back that an epoch reserved and does not need: what it deleted, a slice that has become large for the room that is left, and near the limit all of it
-- when nothing was asked of the share since the last call.
CREATE FUNCTION mail.return_room(node_epoch bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mine record;
    share mail.pool_share;
    pool mail.pool;
    keep bigint;
    surplus bigint;
BEGIN
    FOR mine IN SELECT s.pool_id FROM mail.pool_share s WHERE s.epoch = node_epoch AND s.reserved_bytes > s.used_bytes ORDER BY s.pool_id
    LOOP
        SELECT * INTO share FROM mail.pool_share s WHERE s.pool_id = mine.pool_id AND s.epoch = node_epoch;
        SELECT * INTO pool FROM mail.pool p WHERE p.id = mine.pool_id;
        -- No limit, or none yet: least leaves NULL out.
        keep := least(16777216, CASE WHEN pool.counted_at IS NOT NULL THEN mail.pool_quota(pool) - pool.reserved_bytes + share.reserved_bytes - share.used_bytes END / 16);
        IF keep < 16777216 THEN
            keep := CASE WHEN share.is_active THEN greatest(0, keep) ELSE 0 END;
            UPDATE mail.pool_share s SET is_active = false WHERE s.pool_id = mine.pool_id AND s.epoch = node_epoch AND s.is_active;
        END IF;
        CONTINUE WHEN share.reserved_bytes - share.used_bytes <= 2 * keep;

        SELECT * INTO share FROM mail.pool_share s WHERE s.pool_id = mine.pool_id AND s.epoch = node_epoch FOR NO KEY UPDATE;
        surplus := greatest(0, share.reserved_bytes - share.used_bytes - keep);
        UPDATE mail.pool p SET reserved_bytes = p.reserved_bytes - surplus WHERE p.id = mine.pool_id;
        UPDATE mail.pool_share s SET reserved_bytes = s.reserved_bytes - surplus WHERE s.pool_id = mine.pool_id AND s.epoch = node_epoch;
    END LOOP;
END
$$;

-- What starts that have ended used goes to the share of nobody, what they did not use back to the pool. One that lives on unseen makes itself a new share.
-- Called with the keepers' lock.
CREATE FUNCTION mail.fold_shares() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ended record;
    share mail.pool_share;
BEGIN
    FOR ended IN
        SELECT s.pool_id, s.epoch FROM mail.pool_share s
        WHERE s.epoch <> 0 AND NOT EXISTS (SELECT FROM queue.node n WHERE n.epoch = s.epoch AND n.expires_at > now())
        ORDER BY s.pool_id, s.epoch LIMIT 1000
    LOOP
        DELETE FROM mail.pool_share s WHERE s.pool_id = ended.pool_id AND s.epoch = ended.epoch RETURNING * INTO share;
        CONTINUE WHEN NOT FOUND;
        INSERT INTO mail.pool_share AS s (pool_id, epoch, used_bytes, reserved_bytes) VALUES (ended.pool_id, 0, share.used_bytes, share.used_bytes)
        ON CONFLICT (pool_id, epoch) DO UPDATE SET used_bytes = s.used_bytes + excluded.used_bytes, reserved_bytes = s.reserved_bytes + excluded.reserved_bytes;
        UPDATE mail.pool p SET reserved_bytes = p.reserved_bytes - (share.reserved_bytes - share.used_bytes) WHERE p.id = ended.pool_id;
    END LOOP;
END
$$;

-- The door sets limits, and a domain that goes to another customer makes both be counted anew.
GRANT SELECT (kind, owner_id), INSERT (kind, owner_id), UPDATE (fence_xid) ON mail.pool TO mailfleet_door;
