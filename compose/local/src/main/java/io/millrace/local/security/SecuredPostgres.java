package io.millrace.local.security;

import java.nio.file.Path;
import java.util.List;

/** PostgreSQL with TLS, and each role in its own database alone. */
final class SecuredPostgres {
    private SecuredPostgres() {}

    /** @param folder where its certificate, its key and its rules are */
    static List<String> options(Path folder) {
        return List.of(
                "-c",
                "ssl=on",
                "-c",
                "ssl_cert_file=" + folder.resolve("certificate.pem"),
                "-c",
                "ssl_key_file=" + folder.resolve("key.pem"),
                "-c",
                "ssl_min_protocol_version=TLSv1.2",
                "-c",
                "hba_file=" + folder.resolve("pg_hba.conf"));
    }

    /**
     * Who gets in from a range of addresses: a role that belongs to one database into that one alone; new roles, as of
     * {@code cdc onboard}, into theirs.
     */
    static String clients(String from) {
        return """
                hostssl registry  registry      %1$s scram-sha-256
                hostssl reporting reporting     %1$s scram-sha-256
                hostssl shop      millrace_cdc  %1$s scram-sha-256
                host    all       registry,reporting,millrace_cdc %1$s reject
                hostssl all       all           %1$s scram-sha-256
                """
                .formatted(from);
    }
}
