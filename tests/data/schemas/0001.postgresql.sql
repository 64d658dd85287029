CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.counters (
    name text NOT NULL,
    value bigint NOT NULL
);
CREATE TABLE public.digests (
    id bigint NOT NULL,
    algorithm smallint NOT NULL,
    media_type smallint,
    bytes bytea NOT NULL,
    size bigint
);
CREATE SEQUENCE public.digests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.digests_id_seq OWNED BY public.digests.id;
CREATE TABLE public.events (
    cursor bigint NOT NULL,
    tag bigint NOT NULL,
    type smallint NOT NULL,
    how smallint NOT NULL,
    rollback boolean NOT NULL,
    immutable boolean NOT NULL,
    digest bigint,
    previous bigint,
    seen_at bigint NOT NULL,
    not_before bigint,
    claimed_at bigint,
    since bigint,
    recorded_at bigint NOT NULL,
    chain bytea NOT NULL
);
CREATE TABLE public.gaps (
    tag bigint NOT NULL,
    start bigint NOT NULL,
    "end" bigint NOT NULL
);
CREATE TABLE public.moves (
    tag bigint NOT NULL,
    seen_at bigint NOT NULL,
    digest bigint,
    "position" integer NOT NULL,
    how smallint NOT NULL,
    rollback boolean NOT NULL,
    until bigint,
    until_how smallint,
    claimed_at bigint,
    own_seen_at bigint,
    own_how smallint
);
CREATE TABLE public.repositories (
    id bigint NOT NULL,
    registry text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.repositories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.repositories_id_seq OWNED BY public.repositories.id;
CREATE TABLE public.sightings (
    tag bigint NOT NULL,
    seen_at bigint NOT NULL,
    digest bigint NOT NULL,
    how smallint NOT NULL,
    claimed_at bigint NOT NULL,
    recorded_on integer NOT NULL
);
CREATE TABLE public.tags (
    id bigint NOT NULL,
    repository bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    "position" integer,
    digest bigint,
    moved_at bigint,
    seen_at bigint,
    seen_how smallint,
    watched_since bigint,
    chain bytea
);
CREATE SEQUENCE public.tags_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tags_id_seq OWNED BY public.tags.id;
CREATE TABLE public.words (
    id smallint NOT NULL,
    text text NOT NULL
);
CREATE SEQUENCE public.words_id_seq
    AS smallint
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.words_id_seq OWNED BY public.words.id;
ALTER TABLE ONLY public.digests ALTER COLUMN id SET DEFAULT nextval('public.digests_id_seq'::regclass);
ALTER TABLE ONLY public.repositories ALTER COLUMN id SET DEFAULT nextval('public.repositories_id_seq'::regclass);
ALTER TABLE ONLY public.tags ALTER COLUMN id SET DEFAULT nextval('public.tags_id_seq'::regclass);
ALTER TABLE ONLY public.words ALTER COLUMN id SET DEFAULT nextval('public.words_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.counters VALUES ('feed', 3);
INSERT INTO public.digests VALUES (1, 0, NULL, '\xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', NULL);
INSERT INTO public.digests VALUES (2, 1, NULL, '\xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', NULL);
INSERT INTO public.events VALUES (1, 1, 1, 3, false, false, 2, 1, 1767225900000, 1767225780000, NULL, NULL, 1767225600000, '\xd06f32929a65a8b89a3acb6723f3520a4be026dc4c5f6c1c74a910b97a8a9de6');
INSERT INTO public.events VALUES (2, 1, 2, 2, false, false, NULL, 2, 1767226140000, 1767225900000, NULL, NULL, 1767225600000, '\xa0611df60b1b79fefb0ee134cecf1717b1c809d805ccd85b9cbdfdaf17669df5');
INSERT INTO public.events VALUES (3, 1, 0, 2, true, false, 1, NULL, 1767226320000, 1767226140000, NULL, NULL, 1767225600000, '\xdfeb405d8ac428d526a5ae03a1f7bb2fef1361a70fd8181eb29d526713fd4240');
INSERT INTO public.moves VALUES (1, 1767225600000, 1, 1, 1, false, 1767225780000, 2, NULL, 1767225780000, 2);
INSERT INTO public.moves VALUES (1, 1767225900000, 2, 2, 3, false, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.moves VALUES (1, 1767226140000, NULL, 3, 2, false, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.moves VALUES (1, 1767226320000, 1, 4, 2, true, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.repositories VALUES (1, 'registry.example', 'team/app');
INSERT INTO public.sightings VALUES (1, 1767225600000, 1, 1, -1, 20454);
INSERT INTO public.sightings VALUES (1, 1767225780000, 1, 2, -1, 20454);
INSERT INTO public.sightings VALUES (1, 1767225900000, 2, 3, -1, 20454);
INSERT INTO public.sightings VALUES (1, 1767226140000, 0, 2, -1, 20454);
INSERT INTO public.sightings VALUES (1, 1767226320000, 1, 2, -1, 20454);
INSERT INTO public.tags VALUES (1, 1, '1', 4, 1, 1767226320000, 1767226320000, 2, 1767225780000, '\xdfeb405d8ac428d526a5ae03a1f7bb2fef1361a70fd8181eb29d526713fd4240');
INSERT INTO public.words VALUES (1, 'import:csv');
INSERT INTO public.words VALUES (2, 'poll');
INSERT INTO public.words VALUES (3, 'hook:zot');
SELECT pg_catalog.setval('public.digests_id_seq', 2, true);
SELECT pg_catalog.setval('public.repositories_id_seq', 1, true);
SELECT pg_catalog.setval('public.tags_id_seq', 1, true);
SELECT pg_catalog.setval('public.words_id_seq', 3, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.digests
    ADD CONSTRAINT digests_are_unique UNIQUE (bytes, algorithm);
ALTER TABLE ONLY public.digests
    ADD CONSTRAINT digests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (cursor);
ALTER TABLE ONLY public.gaps
    ADD CONSTRAINT gaps_pkey PRIMARY KEY (tag, start);
ALTER TABLE ONLY public.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (tag, "position");
ALTER TABLE ONLY public.repositories
    ADD CONSTRAINT repositories_are_unique UNIQUE (registry, name);
ALTER TABLE ONLY public.repositories
    ADD CONSTRAINT repositories_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sightings
    ADD CONSTRAINT sightings_pkey PRIMARY KEY (tag, seen_at, digest, how, claimed_at);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_are_unique UNIQUE (repository, name);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.words
    ADD CONSTRAINT words_are_unique UNIQUE (text);
ALTER TABLE ONLY public.words
    ADD CONSTRAINT words_pkey PRIMARY KEY (id);
CREATE INDEX events_by_tag_cursor ON public.events USING btree (tag, cursor);
CREATE INDEX moves_by_digest ON public.moves USING btree (digest) WHERE (digest IS NOT NULL);
CREATE INDEX tags_by_moved_at ON public.tags USING btree (moved_at);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_repository FOREIGN KEY (repository) REFERENCES public.repositories(id);
