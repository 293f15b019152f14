-- Second factors of people: a seed that an authenticator app shares, and codes on paper for the day the phone is lost.
ALTER TABLE tenancy.person
    ADD COLUMN totp_sealed bytea,               -- null: no second factor
    ADD COLUMN totp_step bigint NOT NULL DEFAULT 0,  -- of the last code taken: no code works twice
    ADD COLUMN totp_begun bytea;                -- a seed that has not been confirmed by a code yet
ALTER TABLE tenancy.person ADD COLUMN has_second_factor boolean GENERATED ALWAYS AS (totp_sealed IS NOT NULL) STORED;

CREATE TABLE tenancy.recovery_code (
    person_id text COLLATE "C" NOT NULL REFERENCES tenancy.person,
    code_sha256 bytea NOT NULL,
    PRIMARY KEY (person_id, code_sha256)
);

-- A session whose password was right and whose code is still to come; it opens nothing but the form for the code.
ALTER TABLE tenancy.person_session ADD COLUMN awaits_code boolean NOT NULL DEFAULT false;
