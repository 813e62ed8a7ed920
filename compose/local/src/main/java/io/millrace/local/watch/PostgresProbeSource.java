package io.millrace.local.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.shop.ShopDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes probes into the log of the shop's database as messages: captured like a row, and no table grows. */
final class PostgresProbeSource implements ProbeSource {
    static final String NAME = "postgres";

    private final ObjectMapper json = new ObjectMapper();
    private final ShopDatabase shop;
    private Connection connection;

    PostgresProbeSource(ShopDatabase shop) {
        this.shop = shop;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void send(Ping ping) throws IOException, SQLException {
        try {
            if (connection == null) {
                connection = shop.connect();
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT pg_logical_emit_message(true, 'millrace_probe', ?::text)")) {
                statement.setQueryTimeout(10);
                statement.setString(1, json.writeValueAsString(ping.message()));
                statement.executeQuery().close();
            }
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // The server is away, and with it what would have to be closed.
        } finally {
            connection = null;
        }
    }
}
