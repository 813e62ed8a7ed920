package io.millrace.connect.configs.cdc.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who runs the server, recognised by the roles that only this provider has: each has its own place for settings. */
public enum Flavour {
    SELF_MANAGED("a server of your own", "", Map.of()),
    RDS(
            "Amazon RDS or Aurora",
            "in the instance's (Aurora: cluster's) parameter group set %s = %s",
            Map.of("wal_level", "rds.logical_replication = 1")),
    CLOUD_SQL(
            "Google Cloud SQL",
            "set the instance's database flag %s to %s",
            Map.of("wal_level", "cloudsql.logical_decoding = on")),
    AZURE("Azure Database for PostgreSQL", "in the portal's Server parameters set %s = %s", Map.of());

    private final String words;
    private final String place;
    private final Map<String, String> ownSettings;

    Flavour(String words, String place, Map<String, String> ownSettings) {
        this.words = words;
        this.place = place;
        this.ownSettings = ownSettings;
    }

    public static Flavour of(Database database) {
        List<String> roles = database
                .rows(
                        "SELECT rolname FROM pg_roles WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')")
                .stream()
                .map(row -> row.text("rolname"))
                .toList();
        if (roles.contains("rds_superuser")) {
            return RDS;
        }
        if (roles.contains("cloudsqlsuperuser")) {
            return CLOUD_SQL;
        }
        return roles.contains("azure_pg_admin") ? AZURE : SELF_MANAGED;
    }

    /** Its name for people. */
    public String words() {
        return words;
    }

    /** Where this provider wants a setting changed; empty where SQL does it. */
    public Optional<String> place(String setting, String value) {
        if (this == SELF_MANAGED) {
            return Optional.empty();
        }
        String own = ownSettings.get(setting);
        String[] parts = own == null ? new String[] {setting, value} : own.split(" = ");
        return Optional.of(place.formatted(parts[0], parts[1]));
    }

    /** SQL that lets a role replicate. */
    public String letReplicate(String role) {
        return this == RDS
                ? "GRANT rds_replication TO " + Sql.name(role)
                : "ALTER ROLE " + Sql.name(role) + " REPLICATION";
    }
}
