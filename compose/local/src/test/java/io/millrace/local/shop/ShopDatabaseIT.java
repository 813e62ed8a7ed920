package io.millrace.local.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ShopDatabaseIT {
    private static TestPostgres server;
    private static ShopDatabase shop;

    @BeforeAll
    static void install() throws Exception {
        server = new TestPostgres();
        shop = new ShopDatabase("127.0.0.1", server.port(), "postgres", "");
        assertThat(shop.install("it's secret")).isTrue();
        assertThat(rows("SELECT count(*) FROM orders")).containsExactly("300");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void theFirstRowsAreThere() throws SQLException {
        assertThat(rows("SELECT count(*) FROM customers")).containsExactly("200");
        assertThat(rows("SELECT count(*) FROM products")).containsExactly("60");
        assertThat(rows("SELECT count(DISTINCT email) FROM customers")).containsExactly("200");
        assertThat(rows("SELECT count(*) FROM orders WHERE total <= 0")).containsExactly("0");
        assertThat(rows("SELECT count(*) FROM orders WHERE created_at > now()")).containsExactly("0");
        assertThat(rows("SELECT count(*) FROM orders WHERE created_at > now() - interval '1 hour' HAVING count(*) > 5"))
                .hasSize(1);
        assertThat(rows("SELECT count(*) FROM orders o JOIN orders p ON p.order_id = o.order_id + 1"
                        + " WHERE p.created_at < o.created_at"))
                .containsExactly("0");
    }

    @Test
    void installingAgainChangesNothing() throws SQLException {
        execute("UPDATE customers SET segment = 'vip' WHERE customer_id = 1");
        assertThat(shop.install("it's secret")).isFalse();
        assertThat(rows("SELECT segment FROM customers WHERE customer_id = 1")).containsExactly("vip");
    }

    @Test
    void theReplicationRoleReadsAndReplicatesAndNothingElse() throws SQLException {
        assertThat(rows("SELECT rolcanlogin, rolreplication, rolsuper FROM pg_roles WHERE rolname = 'millrace_cdc'"))
                .containsExactly("t|t|f");
        String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/shop";
        try (Connection connection = DriverManager.getConnection(url, ShopDatabase.CDC_ROLE, "it's secret");
                Statement statement = connection.createStatement()) {
            for (String table : ShopDatabase.TABLES) {
                statement.execute("SELECT * FROM " + table + " LIMIT 1");
            }
            statement.execute("SELECT pg_logical_emit_message(true, 'millrace_heartbeat', '')");
            assertThatThrownBy(() -> statement.execute("DELETE FROM customers"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void thePublicationHoldsExactlyTheCapturedTables() throws SQLException {
        assertThat(rows("SELECT tablename FROM pg_publication_tables WHERE pubname = 'millrace_shop'"))
                .containsExactlyInAnyOrderElementsOf(ShopDatabase.TABLES);
        assertThat(rows("SELECT puballtables, pubdelete, pubtruncate FROM pg_publication"))
                .containsExactly("f|t|f");
    }

    @Test
    void theClerkDoesEveryKindOfBusinessAndLeavesTheBooksInOrder() throws SQLException {
        try (ShopClerk clerk = new ShopClerk(shop, new java.util.Random(5))) {
            for (long customer = 1; customer <= 20; customer++) {
                clerk.placeOrder(customer);
            }
            clerk.placeOrder(-1);
            for (int i = 0; i < 200; i++) {
                clerk.work();
            }
            assertThat(clerk.done()).containsKeys(ShopClerk.Deed.values()).containsEntry(ShopClerk.Deed.ORDER, 20);
            long left = 300 + 20 - clerk.done().get(ShopClerk.Deed.DELETION);
            assertThat(rows("SELECT count(*) FROM orders")).containsExactly(Long.toString(left));
        }
        assertThat(
                        rows(
                                "SELECT order_id FROM orders o WHERE total <>"
                                        + " (SELECT coalesce(sum(quantity * price), 0) FROM order_items i WHERE i.order_id = o.order_id)"))
                .isEmpty();
        assertThat(rows("SELECT count(*) FROM orders WHERE updated_at < created_at"))
                .containsExactly("0");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> rows(String sql) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    columns.add(rows.getString(column));
                }
                lines.add(String.join("|", columns));
            }
            return lines;
        }
    }
}
