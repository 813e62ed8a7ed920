package io.millrace.local.stack;

import io.millrace.local.security.Access;
import io.millrace.local.shop.ShopDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The databases that the stack needs in PostgreSQL. What exists is left alone, apart from passwords. */
final class Databases {
    static final String REGISTRY_TASK = "registry database";
    static final String SHOP_TASK = "shop database";
    static final String REPORTING_TASK = "reporting database";

    private final Access access;
    private final Secrets secrets;

    Databases(Access access, Secrets secrets) {
        this.access = access;
        this.secrets = secrets;
    }

    String createRegistry() throws SQLException {
        return create("registry", secrets.get(Secrets.REGISTRY));
    }

    /** Where the example of a JDBC sink puts serving rows for reporting tools. */
    String createReporting() throws SQLException {
        return create("reporting", secrets.get(Secrets.REPORTING));
    }

    /** A database and the role that owns it, of one name. */
    private String create(String name, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        access.jdbc("postgres"), "postgres", secrets.get(Secrets.POSTGRES));
                Statement statement = connection.createStatement()) {
            boolean role =
                    exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = " + statement.enquoteLiteral(name));
            // Set at every start, as the secrets file is the password's only source.
            statement.execute((role ? "ALTER" : "CREATE") + " ROLE " + name + " LOGIN PASSWORD "
                    + statement.enquoteLiteral(password));
            if (exists(statement, "SELECT 1 FROM pg_database WHERE datname = " + statement.enquoteLiteral(name))) {
                return "kept";
            }
            statement.execute("CREATE DATABASE " + name + " OWNER " + name);
            return "created";
        }
    }

    String createShop() throws SQLException {
        ShopDatabase shop = ShopDatabase.of(access, secrets.get(Secrets.POSTGRES));
        return shop.install(secrets.get(Secrets.SHOP_CDC)) ? "created" : "kept";
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }
}
