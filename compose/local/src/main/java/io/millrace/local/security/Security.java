package io.millrace.local.security;

import io.millrace.schemas.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What each service of a stack is told about certificates, accounts and permissions. Services ask for their settings and
 * do not know which kind of stack they belong to.
 */
public interface Security {
    /** How programs reach the services. */
    Access access();

    /** Makes the files that the settings name. Called once, before any service starts. */
    void prepare() throws IOException;

    /** Options of a Java process that talks TLS to others of the stack. */
    List<String> javaOptions();

    /** Listeners of the broker, who may connect to them, and who may do what. */
    String broker();

    /** Makes a broker that is up know accounts and permissions; does nothing when it does already. */
    void admitToBroker() throws Exception;

    /** Makes the broker know the permissions that further contracts bring. */
    void permit(Collection<Contract> contracts) throws Exception;

    /** Settings of the Connect worker: its REST listener, its clients, its converter. */
    String worker();

    /** Options of the worker's Java process. */
    List<String> workerOptions();

    /** Variables that a connector's configuration may refer to. */
    Map<String, String> workerEnvironment();

    Map<String, String> registryEnvironment();

    List<String> registryOptions();

    /** Command line options of PostgreSQL. */
    List<String> postgresOptions(Path conf);

    /** Puts the files that those options name into the folder. */
    void postgresFiles(Path conf) throws IOException;

    /** Settings of Elasticsearch. */
    String elasticsearch();

    /** Puts the files that those settings name into its configuration folder. */
    void elasticsearchFiles(Path config) throws IOException;

    String redis();

    String s3();

    /** The listener, as an XML element. */
    String mqttListener();

    Map<String, String> mqttEnvironment();

    /** Settings of a Spark driver. */
    String driver(Account account);

    Map<String, String> driverEnvironment();

    /** What the page shows to browsers and asks of them. */
    PageSecurity page();
}
