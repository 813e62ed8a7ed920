package io.millrace.spark.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;

/**
 * Rows for pagila's schema and for tables of our own, and random transactions on them. Same seed, same statements. Values
 * of some kilobytes without repetition are what PostgreSQL stores apart and does not log again.
 */
final class PagilaWorkload {
    private static final List<String> OWN = List.of(
            "create extension if not exists hstore",
            "create domain public.percent as numeric(5,2) check (value between 0 and 100)",
            "create table public.every_type (id bigint primary key, small smallint, n integer, r real, d double precision,"
                    + " price numeric(12,2), share public.percent, any_number numeric, flag boolean, label varchar(40),"
                    + " big_text text, doc jsonb, bytes bytea, words text[], counts integer[], longs bigint[],"
                    + " day date, moment timestamp, at timestamptz, time_of_day time, range daterange, ints int4range,"
                    + " code uuid, address inet, search tsvector)",
            "create table public.notes (text text, at timestamptz default now())",
            "alter table public.notes replica identity full",
            "create table public.millrace_signals (id varchar(64) primary key, type varchar(32) not null, data varchar(2048))");

    private final Random random;
    private int next = 1_000;

    PagilaWorkload(long seed) {
        random = new Random(seed);
    }

    /** Creates the schema in an empty database, and rows. */
    void create(Connection database, Path schema) throws SQLException, IOException {
        String script = Files.readString(schema)
                // An extension that PostgreSQL does not bring along.
                .replaceAll("(?m)^(CREATE|COMMENT ON) EXTENSION.*vector.*$", "")
                .replaceAll("(?m)^CREATE INDEX.*USING hnsw.*$", "")
                .replace("public.vector(20)", "real[]");
        execute(database, script);
        execute(database, "set search_path = public");
        for (String statement : OWN) {
            execute(database, statement);
        }
        execute(database, "create publication millrace_pagila for all tables with (publish_via_partition_root = true)");
        seed(database);
    }

    private void seed(Connection database) throws SQLException {
        for (String statement : List.of(
                "insert into country(country_id, country) select i, 'Country ' || i from generate_series(1, 5) i",
                "insert into city(city_id, city, country_id) select i, 'Ćity ' || i, 1 + i % 5 from generate_series(1, 8) i",
                "insert into address(address_id, address, address2, district, city_id, phone)"
                        + " select i, i || ' Main St', nullif('', ''), 'D', 1 + i % 8, '555-' || i from generate_series(1, 12) i",
                "insert into language(language_id, name) select i, 'L' || i from generate_series(1, 3) i",
                "insert into category(category_id, name) select i, 'C' || i from generate_series(1, 6) i",
                "insert into actor(actor_id, first_name, last_name) select i, 'F' || i, 'L' || i from generate_series(1, 40) i",
                "insert into store(store_id, manager_staff_id, address_id) select i, i, i from generate_series(1, 2) i",
                "insert into staff(staff_id, first_name, last_name, address_id, store_id, username)"
                        + " select i, 'S' || i, 'T', i, 1 + i % 2, 'u' || i from generate_series(1, 3) i",
                "insert into customer(customer_id, store_id, first_name, last_name, address_id, active)"
                        + " select i, 1 + i % 2, 'C' || i, 'D', 1 + i % 12, i % 2 from generate_series(1, 30) i",
                "insert into film(film_id, title, description, release_year, language_id, length, rating,"
                        + " special_features) select i, 'Film ' || i, 'short', 1990 + i, 1 + i % 3, 90,"
                        + " (array['G', 'PG', 'PG-13', 'R', 'NC-17'])[1 + i % 5]::mpaa_rating, array['a b', null, 'ü']"
                        + " from generate_series(1, 40) i",
                "insert into film_actor(actor_id, film_id) select 1 + i % 40, 1 + (i * 7) % 40 from generate_series(1, 40) i",
                "insert into film_category(film_id, category_id) select i, 1 + i % 6 from generate_series(1, 40) i",
                "insert into film_embedding(film_id, embedding) select i, array[0.1, -2.5, i]::real[] from generate_series(1, 40) i",
                "insert into inventory(inventory_id, film_id, store_id) select i, i, 1 + i % 2 from generate_series(1, 40) i",
                "insert into rental(rental_id, rental_date, inventory_id, customer_id, staff_id)"
                        + " select i, timestamptz '2022-01-05 12:00+00' + i * interval '1 hour', i, 1 + i % 30, 1 + i % 3"
                        + " from generate_series(1, 40) i",
                "insert into payment(payment_id, customer_id, staff_id, rental_id, amount, payment_date)"
                        + " select i, 1 + i % 30, 1 + i % 3, 1 + i % 40, i / 100.0,"
                        + " timestamptz '2022-01-05 12:00+00' + i * interval '17 days 00:00:00.123456'"
                        + " from generate_series(1, 40) i",
                "insert into notes(text) select 'note ' || i % 5 from generate_series(1, 10) i")) {
            execute(database, statement);
        }
        for (int i = 1; i <= 25; i++) {
            everyType(database);
        }
        for (int film = 1; film <= 40; film += 3) {
            execute(
                    database,
                    "update film set description = '" + large() + "', special_features = array['" + large()
                            + "'] where film_id = " + film);
        }
        execute(database, "update staff set picture = decode('" + hex(6_000) + "', 'hex') where staff_id < 3");
    }

    private void everyType(Connection database) throws SQLException {
        int id = next++;
        if (random.nextInt(8) == 0) {
            execute(database, "insert into every_type(id) values (" + id + ")");
            return;
        }
        String big = random.nextBoolean() ? large() : "small | \" ' \\ \n ü".replace("'", "''");
        execute(
                database,
                ("insert into every_type(id, small, n, r, d, price, share, any_number, flag, label, big_text, doc, bytes, words,"
                                + " counts, longs, day, moment, at, time_of_day, range, ints, code, address, search) values (%1$d,"
                                + " %2$d, %3$d, 0.1, 1e-300, %4$d.05, 99.99, 1234567890123456789012345678901234567890.%5$d, true,"
                                + " 'l %1$d', '%6$s', '{\"k\": [1, null, \"%6$s\"]}'::jsonb, decode('%7$s', 'hex'), array['%8$s', null, ''],"
                                + " (select array_agg((random() * 1e9)::int) from generate_series(1, %9$d)),"
                                + " (select array_agg((random() * 1e17)::bigint) from generate_series(1, %9$d)),"
                                + " date '1969-12-31' + %1$d, timestamp '2024-02-29 23:59:59.123456' + %1$d * interval '1 hour',"
                                + " timestamptz '0987-01-01 00:00:00.000001+00' + %1$d * interval '1 year', time '23:59:59.999999',"
                                + " daterange('2020-01-01', null), int4range(1, %1$d), gen_random_uuid(), '10.0.0.1/24',"
                                + " to_tsvector('english', 'the quick foxes %1$d'))")
                        .formatted(
                                id,
                                random.nextInt(65536) - 32768,
                                random.nextInt(),
                                random.nextInt(1_000_000),
                                random.nextInt(1_000_000),
                                big.contains("\\") ? large() : big,
                                hex(random.nextBoolean() ? 5_000 : 3),
                                random.nextBoolean() ? large() : "w",
                                random.nextBoolean() ? 3_000 : 2));
    }

    /** One random transaction. Statements that a constraint of the schema refuses change nothing. */
    void transaction(Connection database) throws SQLException {
        database.setAutoCommit(false);
        int statements = 1 + random.nextInt(4);
        for (int i = 0; i < statements; i++) {
            try (Statement savepoint = database.createStatement()) {
                savepoint.execute("savepoint before");
                try {
                    statement(database);
                } catch (SQLException refused) {
                    if (!refused.getSQLState().startsWith("23")) {
                        throw refused;
                    }
                    savepoint.execute("rollback to savepoint before");
                }
            }
        }
        if (random.nextInt(10) == 0) {
            database.rollback();
        } else {
            database.commit();
        }
        database.setAutoCommit(true);
    }

    private void statement(Connection database) throws SQLException {
        int id = next++;
        switch (random.nextInt(21)) {
            case 0 ->
                execute(database, "insert into actor(actor_id, first_name, last_name) values (" + id + ", 'New', 'ł')");
            case 1 ->
                execute(database, "update film set rental_rate = rental_rate + 0.01 where " + one("film", "film_id"));
            case 2 ->
                execute(database, "update film set description = '" + large() + "' where " + one("film", "film_id"));
            // The key changes and the large values do not; the rows that refer to it change their keys as well.
            case 3 -> execute(database, "update film set film_id = " + id + " where " + one("film", "film_id"));
            case 4 -> execute(database, "update actor set actor_id = " + id + " where " + one("actor", "actor_id"));
            case 5 -> execute(database, "update every_type set id = " + id + " where " + one("every_type", "id"));
            case 6 ->
                execute(
                        database,
                        "update every_type set n = n # 5, label = 'u " + id + "' where " + one("every_type", "id"));
            case 7 ->
                execute(
                        database,
                        "update every_type set id = " + id + ", big_text = null where " + one("every_type", "id"));
            case 8 -> execute(database, "delete from every_type where " + one("every_type", "id"));
            case 9, 10 -> everyType(database);
            case 11 -> execute(database, "update staff set active = not active where " + one("staff", "staff_id"));
            // Into another partition now and then.
            case 12 ->
                execute(
                        database,
                        "update payment set payment_date = payment_date + interval '20 days', amount = amount + 0.01 where "
                                + one("payment", "payment_id"));
            case 13 -> execute(database, "delete from payment where " + one("payment", "payment_id"));
            case 14 -> execute(database, "delete from film_actor where " + one("film_actor", "film_id"));
            case 15 -> execute(database, "insert into notes(text) values ('note " + id % 5 + "')");
            case 16 -> execute(database, "delete from notes where ctid in (select ctid from notes limit 1)");
            // Gone and back under the same key in one transaction.
            case 17 -> {
                execute(database, "delete from actor where actor_id = 500");
                execute(
                        database,
                        "insert into actor(actor_id, first_name, last_name) values (500, 'Back', '" + id + "')");
            }
            case 18 ->
                execute(
                        database,
                        "update film_category set category_id = 1 + category_id % 6 where "
                                + one("film_category", "film_id"));
            case 19 ->
                execute(
                        database,
                        "insert into payment(customer_id, staff_id, rental_id, amount, payment_date) select 1, 1, rental_id, 9.99,"
                                + " '2023-05-05 00:00+00' from rental order by 1 limit 3");
            case 20 ->
                execute(
                        database,
                        "insert into film_actor(actor_id, film_id) select actor_id, (select max(film_id) from film) from actor"
                                + " order by actor_id desc limit 3 on conflict do nothing");
            default -> throw new IllegalStateException();
        }
    }

    private String one(String table, String key) {
        return key + " = (select " + key + " from " + table + " order by md5(" + key + "::text || '" + random.nextInt()
                + "') limit 1)";
    }

    private String large() {
        return hex(3_500);
    }

    private String hex(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return java.util.HexFormat.of().formatHex(value);
    }

    static void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }
}
