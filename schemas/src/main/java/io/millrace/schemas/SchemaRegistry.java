package io.millrace.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;

/**
 * A schema registry that speaks Confluent's REST protocol, as Apicurio does under {@code /apis/ccompat/v7}. Schemas never
 * change under an id, so they are remembered. Safe for use by several threads.
 */
public final class SchemaRegistry {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final String url;
    private final Supplier<Optional<String>> authorization;

    /** @param url base URL, without a slash at the end */
    public SchemaRegistry(String url) {
        this(url, Optional::empty, Optional.empty());
    }

    /**
     * A registry that asks who is there.
     *
     * @param url base URL, without a slash at the end
     * @param user for basic authentication
     * @param password for basic authentication; never printed
     */
    public SchemaRegistry(String url, String user, String password) {
        this(url, () -> Optional.of(basic(user, password)), Optional.empty());
    }

    /**
     * A registry behind TLS, or with another way to ask who is there.
     *
     * @param url base URL, without a slash at the end
     * @param authorization the value of the header Authorization, asked for at each request; empty for none
     * @param tls whom to trust; empty: whom the Java runtime trusts
     */
    public SchemaRegistry(String url, Supplier<Optional<String>> authorization, Optional<SSLContext> tls) {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
        tls.ifPresent(client::sslContext);
        this.http = client.build();
        this.url = url;
        this.authorization = authorization;
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A version of a subject.
     *
     * @param number its number, from 1
     * @param schema its schema as the registry keeps it
     */
    public record Version(int number, String schema) {}

    /**
     * Registers a schema; the same schema again gives the same id.
     *
     * @return the id that goes into the wire format
     * @throws RegistryException when the registry cannot be reached or refuses, as it does for an incompatible schema
     */
    public int register(String subject, Schema schema) {
        ObjectNode body = json.createObjectNode().put("schema", schema.toString());
        return answer("register " + subject, "POST", "/subjects/" + encode(subject) + "/versions", body)
                .path("id")
                .asInt();
    }

    /** Sets the compatibility mode of one subject, such as {@code BACKWARD}. */
    public void setCompatibility(String subject, String mode) {
        ObjectNode body = json.createObjectNode().put("compatibility", mode);
        answer("set compatibility of " + subject, "PUT", "/config/" + encode(subject), body);
    }

    /** Sets the compatibility mode that holds where a subject has none of its own. */
    public void setCompatibility(String mode) {
        answer("set compatibility", "PUT", "/config", json.createObjectNode().put("compatibility", mode));
    }

    /**
     * The schema with this id; empty when the registry knows no such id.
     *
     * @throws RegistryException when the registry cannot be reached
     */
    public Optional<Schema> schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        HttpResponse<String> response = send("look up schema " + id, "GET", "/schemas/ids/" + id, null);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        String text = parse("look up schema " + id, response).path("schema").asText();
        Schema schema = new Schema.Parser().parse(text);
        schemas.put(id, schema);
        return Optional.of(schema);
    }

    /** The newest version of a subject; empty when there is no such subject. */
    public Optional<Version> latest(String subject) {
        return find(
                        "read the newest version of " + subject,
                        "GET",
                        "/subjects/" + encode(subject) + "/versions/latest",
                        null)
                .map(SchemaRegistry::version);
    }

    /** The version of a subject that is this very schema; empty when none is. */
    public Optional<Version> version(String subject, Schema schema) {
        ObjectNode body = json.createObjectNode().put("schema", schema.toString());
        return find("look up a version of " + subject, "POST", "/subjects/" + encode(subject), body)
                .map(SchemaRegistry::version);
    }

    /** The compatibility mode of a subject's own; empty when it has none. */
    public Optional<String> compatibility(String subject) {
        return find("read compatibility of " + subject, "GET", "/config/" + encode(subject), null)
                .map(answer -> answer.path("compatibilityLevel").asText());
    }

    /** The compatibility mode that holds where a subject has none of its own. */
    public String compatibility() {
        return answer("read compatibility", "GET", "/config", null)
                .path("compatibilityLevel")
                .asText();
    }

    /** Whether the registry would take a schema as the next version of a subject, under the mode now in force. */
    public boolean accepts(String subject, Schema schema) {
        ObjectNode body = json.createObjectNode().put("schema", schema.toString());
        return answer(
                        "check " + subject,
                        "POST",
                        "/compatibility/subjects/" + encode(subject) + "/versions/latest",
                        body)
                .path("is_compatible")
                .asBoolean();
    }

    /**
     * Deletes all versions of a subject; what records of it still name by id stays readable.
     *
     * @return whether there was such a subject
     */
    public boolean delete(String subject) {
        return find("delete subject " + subject, "DELETE", "/subjects/" + encode(subject), null)
                .isPresent();
    }

    private static Version version(JsonNode answer) {
        return new Version(answer.path("version").asInt(), answer.path("schema").asText());
    }

    private Optional<JsonNode> find(String what, String method, String path, JsonNode body) {
        HttpResponse<String> response = send(what, method, path, body);
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(parse(what, response));
    }

    private JsonNode answer(String what, String method, String path, JsonNode body) {
        return parse(what, send(what, method, path, body));
    }

    private JsonNode parse(String what, HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new RegistryException(
                    "schema registry at " + url + " answered " + response.statusCode() + " to " + what + ": "
                            + response.body(),
                    null);
        }
        try {
            return json.readTree(response.body());
        } catch (IOException e) {
            throw new RegistryException("schema registry at " + url + " answered no JSON to " + what, e);
        }
    }

    private HttpResponse<String> send(String what, String method, String path, JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(15))
                .header("Content-Type", CONTENT_TYPE)
                .header("Accept", CONTENT_TYPE + ", application/json");
        authorization.get().ifPresent(value -> request.header("Authorization", value));
        request.method(
                method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString()));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new RegistryException(
                    "cannot reach the schema registry at " + url + " to " + what + " ("
                            + e.getClass().getSimpleName() + "); is it running, and is the address right?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while asking the schema registry to " + what, e);
        }
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }
}
