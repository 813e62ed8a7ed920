package io.millrace.tests;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database that Millrace has never heard of, with what makes databases awkward. Used by one thread. */
final class Library {
    static final String NAME = "library";

    private static final String TABLES =
            """
            CREATE TYPE rating AS ENUM ('G', 'PG', 'R');
            CREATE DOMAIN release_year AS int CHECK (VALUE BETWEEN 1901 AND 2155);
            CREATE TABLE film (film_id int PRIMARY KEY, title text NOT NULL, released release_year, rated rating,
              features text[], words tsvector, price numeric(6, 2), details jsonb, id uuid);
            CREATE TABLE payment (payment_id int, at timestamptz NOT NULL, amount numeric(8, 2), PRIMARY KEY (at, payment_id))
              PARTITION BY RANGE (at);
            CREATE TABLE payment_2025 PARTITION OF payment FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            CREATE TABLE payment_2026 PARTITION OF payment FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE TABLE patron (patron_id int PRIMARY KEY, name text, email text, phone text);
            CREATE TABLE note (line text);
            CREATE TABLE audit (line text);
            INSERT INTO film SELECT n, 'Film ' || n, 1950 + n, (ARRAY['G', 'PG', 'R'])[1 + n % 3]::rating,
              ARRAY['Trailer', 'Scene ' || n], to_tsvector('simple', 'film ' || n), n + 0.99, jsonb_build_object('n', n),
              gen_random_uuid() FROM generate_series(1, 40) n;
            INSERT INTO payment SELECT n, timestamptz '2025-12-01' + n * interval '1 day', n * 1.5 FROM generate_series(1, 60) n;
            INSERT INTO patron SELECT n, 'Patron ' || n, 'patron' || n || '@library.example', '+49 30 ' || n
              FROM generate_series(1, 30) n;
            INSERT INTO note VALUES ('a'), ('b');
            INSERT INTO audit VALUES ('x');
            """;

    /** Everything that could be left behind, and who may do what; a privilege list written out means the same as none. */
    private static final List<String> STATE = List.of(
            "SELECT 'slot ' || slot_name FROM pg_replication_slots",
            "SELECT 'publication ' || pubname FROM pg_publication",
            "SELECT 'role ' || rolname FROM pg_roles",
            "SELECT 'setting ' || setconfig::text FROM pg_db_role_setting",
            "SELECT 'schema ' || nspname || coalesce(nspacl, acldefault('n', nspowner))::text FROM pg_namespace"
                    + " WHERE nspname !~ '^pg_t'",
            "SELECT 'database ' || coalesce(datacl, acldefault('d', datdba))::text FROM pg_database"
                    + " WHERE datname = current_database()",
            "SELECT 'relation ' || oid::regclass::text || relkind::text || relreplident::text"
                    + " || coalesce(relacl, acldefault('r', relowner))::text FROM pg_class"
                    + " WHERE relnamespace <> 'pg_toast'::regnamespace");

    private final LocalStack stack;

    private Library(LocalStack stack) {
        this.stack = stack;
    }

    static Library create(LocalStack stack) throws IOException, SQLException {
        try (Connection server = stack.database("postgres");
                Statement sql = server.createStatement()) {
            sql.execute("CREATE DATABASE " + NAME);
        }
        Library library = new Library(stack);
        library.execute(TABLES);
        return library;
    }

    void execute(String statements) throws IOException, SQLException {
        try (Connection library = stack.database(NAME);
                Statement sql = library.createStatement()) {
            sql.execute(statements);
        }
    }

    List<String> state() throws IOException, SQLException {
        List<String> state = new ArrayList<>();
        for (String query : STATE) {
            rows(query).stream().sorted().forEach(state::add);
        }
        return state;
    }

    /** The first column of a query's rows. */
    List<String> rows(String query) throws IOException, SQLException {
        try (Connection library = stack.database(NAME);
                Statement sql = library.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            List<String> first = new ArrayList<>();
            while (rows.next()) {
                first.add(rows.getString(1));
            }
            return first;
        }
    }
}
