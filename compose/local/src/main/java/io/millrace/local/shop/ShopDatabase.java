package io.millrace.local.shop;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The shop database: where it is and how it is installed. Opens a connection per call, so it may be used from several
 * threads.
 *
 * @param host host name or address of the PostgreSQL server
 * @param port its port
 * @param user a role that may create databases, roles and publications
 * @param password its password; empty when the server trusts the address
 * @param tls properties of the driver by which it trusts the server; empty without TLS
 */
public record ShopDatabase(String host, int port, String user, String password, Map<String, String> tls) {
    public ShopDatabase {
        tls = Map.copyOf(tls);
    }

    /** A server without TLS. */
    public ShopDatabase(String host, int port, String user, String password) {
        this(host, port, user, password, Map.of());
    }

    /** The shop of a stack, as its superuser. */
    public static ShopDatabase of(Access access, String password) {
        return new ShopDatabase(
                StackAddress.HOST, access.address().postgres(), "postgres", password, access.postgres());
    }

    /** Name of the database. */
    public static final String DATABASE = "shop";
    /** The role that reads the log; it may log in, replicate and read the tables. */
    public static final String CDC_ROLE = "millrace_cdc";
    /** The captured tables. */
    public static final List<String> TABLES = List.of("customers", "products", "orders", "order_items");

    /** The primary key columns of one of {@link #TABLES}. */
    public static List<String> keyOf(String table) {
        return switch (table) {
            case "customers" -> List.of("customer_id");
            case "products" -> List.of("product_id");
            case "orders" -> List.of("order_id");
            case "order_items" -> List.of("order_id", "line");
            default -> throw new IllegalArgumentException("the shop has no table " + table + "; it has " + TABLES);
        };
    }

    /** A new connection to the shop, in auto-commit mode; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect(DATABASE);
    }

    /**
     * Creates the database, its tables, its first rows, the publication and the role, where they are missing, and sets
     * the role's password. What is already there is left as it is.
     *
     * @param cdcPassword password for {@link #CDC_ROLE}
     * @return whether the shop was created now
     * @throws SQLException when the server refuses; nothing but the empty database is left behind
     */
    public boolean install(String cdcPassword) throws SQLException {
        createDatabase();
        try (Connection shop = connect()) {
            shop.setAutoCommit(false);
            boolean missing = !exists(shop, "SELECT 1 FROM pg_publication WHERE pubname = ?", "millrace_shop");
            try (Statement statement = shop.createStatement()) {
                if (missing) {
                    statement.execute(resource("schema.sql"));
                    statement.execute(resource("seed.sql"));
                }
                // The statement takes no parameters, so the literal is quoted by the driver.
                statement.execute("ALTER ROLE " + CDC_ROLE + " PASSWORD " + statement.enquoteLiteral(cdcPassword));
            }
            shop.commit();
            return missing;
        }
    }

    private void createDatabase() throws SQLException {
        try (Connection maintenance = connect("postgres")) {
            if (exists(maintenance, "SELECT 1 FROM pg_database WHERE datname = ?", DATABASE)) {
                return;
            }
            try (Statement statement = maintenance.createStatement()) {
                statement.execute("CREATE DATABASE " + DATABASE + " ENCODING 'UTF8' TEMPLATE template0");
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(tls);
        properties.putAll(Map.of("ApplicationName", "millrace", "user", user, "password", password));
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, properties);
    }

    private static boolean exists(Connection connection, String query, String parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static String resource(String name) {
        try (InputStream in = ShopDatabase.class.getResourceAsStream("/shop/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the resource shop/" + name + " cannot be read", e);
        }
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + DATABASE;
    }
}
