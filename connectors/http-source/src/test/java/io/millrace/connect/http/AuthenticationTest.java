package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.connect.http.listen.Listeners;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may send, and who is told that they may not. */
@Timeout(120)
class AuthenticationTest {
    private static final String EVENT = "{\"user_id\":\"u1\",\"page\":\"/\"}";

    @TempDir
    private Path folder;

    private StandInWorker worker;

    @AfterEach
    void close() throws InterruptedException {
        worker.close();
    }

    @Test
    void withoutCredentialsNobodySendsOrAsksWhatIsTaken() throws Exception {
        start("auth.write.keys", "shop=k1", "auth.basic.users", "ann:pw");
        HttpResponse<String> answer = post();
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic");
        assertThat(answer.body()).contains("X-Write-Key").doesNotContain("k1", "pw");
        assertThat(Client.get(worker.url() + "/v1/events").statusCode()).isEqualTo(401);
        assertThat(Client.get(worker.url() + "/healthz").statusCode()).isEqualTo(200);
        assertThat(worker.fetched).isEmpty();
    }

    @Test
    void aWriteKeyInAnyOfItsPlacesOrAUserWillDo() throws Exception {
        start("auth.write.keys", "shop=k1,blog=k2", "auth.basic.users", "ann:p:w");
        assertThat(post("X-Write-Key", "k2").statusCode()).isEqualTo(200);
        assertThat(post("Authorization", basic("k1:")).statusCode()).isEqualTo(200);
        assertThat(post("Authorization", basic("ann:p:w")).statusCode()).isEqualTo(200);
        assertThat(Client.post(worker.url() + "/v1/events?write_key=k1", EVENT).statusCode())
                .isEqualTo(200);
        assertThat(post("X-Write-Key", "k3").statusCode()).isEqualTo(401);
        assertThat(post("Authorization", basic("ann:pw")).statusCode()).isEqualTo(401);
        assertThat(post("Authorization", "Basic ***").statusCode()).isEqualTo(401);
        assertThat(worker.fetched).hasSize(4);
    }

    @Test
    void aSignatureCoversBodyAndTime() throws Exception {
        start("auth.hmac.secrets", "ci=s3cret");
        long now = Instant.now().getEpochSecond();
        assertThat(signed("s3cret", now, EVENT, EVENT).statusCode()).isEqualTo(200);
        assertThat(signed("s3cret", now, EVENT, EVENT.replace("u1", "u2")).statusCode())
                .isEqualTo(401);
        assertThat(signed("other", now, EVENT, EVENT).statusCode()).isEqualTo(401);
        assertThat(signed("s3cret", now - 301, EVENT, EVENT).body()).contains("away from the collector's clock");
        assertThat(post("X-Signature", "zz", "X-Signature-Timestamp", "x").statusCode())
                .isEqualTo(401);
        assertThat(post().statusCode()).isEqualTo(401);
        assertThat(worker.fetched).hasSize(1);
    }

    @Test
    void aTokenIsCheckedAgainstTheKeySet() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
        Path keys = Files.writeString(folder.resolve("jwks.json"), new JWKSet(List.of(rsa, ec)).toString());
        start("auth.jwt.jwks", keys.toString(), "auth.jwt.issuer", "https://id", "auth.jwt.audience", "events");
        JWTClaimsSet good = claims(60, "events");
        await().until(() -> bearer(rsa(rsa, good)).statusCode() == 200);
        SignedJWT byCurve = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e").build(), good);
        byCurve.sign(new ECDSASigner(ec));
        assertThat(bearer(byCurve.serialize()).statusCode()).isEqualTo(200);
        assertThat(bearer(rsa(rsa, claims(-3_600, "events"))).statusCode()).isEqualTo(401);
        assertThat(bearer(rsa(rsa, claims(60, "others"))).statusCode()).isEqualTo(401);
        assertThat(bearer(rsa(new RSAKeyGenerator(2048).keyID("r").generate(), good))
                        .statusCode())
                .isEqualTo(401);
        assertThat(bearer(new PlainJWT(good).serialize()).statusCode())
                .as("the algorithm none")
                .isEqualTo(401);
        assertThat(bearer("nonsense").statusCode()).isEqualTo(401);
        assertThat(worker.fetched).hasSize(2);
    }

    @Test
    void onlyAddressesOfTheListMaySend() throws Exception {
        start("allowed.addresses", "10.0.0.0/8,2001:db8::/32", "trusted.proxies", "127.0.0.1");
        assertThat(post().statusCode()).isEqualTo(403);
        assertThat(post("X-Forwarded-For", "10.1.2.3").statusCode()).isEqualTo(200);
        assertThat(post("X-Forwarded-For", "10.1.2.3, 11.0.0.1").statusCode()).isEqualTo(403);
        assertThat(post("X-Forwarded-For", "2001:db8::7").statusCode()).isEqualTo(200);
    }

    @Test
    void aCertificateSaysWhoTheClientIs() throws Exception {
        keytool("server", "CN=localhost", "-ext", "san=ip:127.0.0.1");
        keytool("client", "CN=Till 7,O=Shop");
        start(
                "tls.keystore.location", store("server"),
                "tls.keystore.password", "changeit",
                "tls.truststore.location", store("client"),
                "tls.truststore.password", "changeit",
                "tls.client.auth", "requested",
                "auth.write.keys", "k1",
                "key.template", "${client}");
        assertThat(overTls("client").statusCode()).isEqualTo(200);
        assertThat(worker.fetched.get(0).key()).isEqualTo("Till 7");
        assertThat(overTls(null).statusCode()).isEqualTo(401);
        assertThat(overTls(null, "X-Write-Key", "k1").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutTheCertificateThatIsRequiredThereIsNoConnection() throws Exception {
        keytool("server", "CN=localhost", "-ext", "san=ip:127.0.0.1");
        keytool("client", "CN=Till 7");
        start(
                "tls.keystore.location", store("server"),
                "tls.keystore.password", "changeit",
                "tls.truststore.location", store("client"),
                "tls.truststore.password", "changeit",
                "tls.client.auth", "required");
        assertThat(overTls("client").statusCode()).isEqualTo(200);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> overTls(null)).isInstanceOf(IOException.class);
    }

    @Test
    void connectorsAtOnePathAreToldApartByTheKeysOfTheirClients() throws Exception {
        Listeners shared = new Listeners();
        worker = new StandInWorker(StandInWorker.Mode.STORES, settings("auth.write.keys", "a=ka"), shared);
        int port = worker.collector().address().getPort();
        StandInWorker first = new StandInWorker(
                StandInWorker.Mode.STORES,
                settings("name", "first", "port", String.valueOf(free()), "auth.write.keys", "b=kb"),
                shared);
        String samePort = String.valueOf(first.collector().address().getPort());
        StandInWorker second = new StandInWorker(
                StandInWorker.Mode.STORES,
                settings("name", "second", "port", samePort, "auth.write.keys", "c=kc"),
                shared);
        try {
            assertThat(port).isNotEqualTo(Integer.parseInt(samePort));
            assertThat(Client.post(first.url() + "/v1/events", EVENT, "X-Write-Key", "kb")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(Client.post(
                                    first.url() + "/v1/batch",
                                    "{\"batch\":[{\"userId\":\"u\",\"properties\":{\"page\":\"/\"}}]}",
                                    "Authorization",
                                    basic("kc:"))
                            .body())
                    .isEqualTo("{\"success\":true}");
            assertThat(Client.post(first.url() + "/v1/events", EVENT, "X-Write-Key", "ka")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(first.fetched).hasSize(1);
            assertThat(second.fetched).hasSize(1);
        } finally {
            first.close();
            second.close();
        }
    }

    private static int free() {
        return io.millrace.testing.Ports.free();
    }

    private HttpResponse<String> signed(String secret, long seconds, String signedBody, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal((seconds + "." + signedBody).getBytes(StandardCharsets.UTF_8));
        return Client.post(
                worker.url() + "/v1/events",
                body,
                "X-Signature",
                "sha256=" + HexFormat.of().formatHex(signature),
                "X-Signature-Timestamp",
                String.valueOf(seconds));
    }

    private static JWTClaimsSet claims(int seconds, String audience) {
        return new JWTClaimsSet.Builder()
                .subject("ann")
                .issuer("https://id")
                .audience(audience)
                .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                .build();
    }

    private static String rsa(RSAKey key, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r").build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private HttpResponse<String> bearer(String token) throws Exception {
        return post("Authorization", "Bearer " + token);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private String store(String name) {
        return folder.resolve(name + ".p12").toString();
    }

    private void keytool(String name, String subject, String... more) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                subject,
                "-validity",
                "2",
                "-keystore",
                store(name),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** @param identity whose certificate is shown; null for none */
    private HttpResponse<String> overTls(String identity, String... headers) throws Exception {
        Map<String, String> files =
                new HashMap<>(Map.of("tls.truststore.location", trusted(), "tls.truststore.password", "changeit"));
        if (identity != null) {
            files.put("tls.keystore.location", store(identity));
            files.put("tls.keystore.password", "changeit");
        }
        SSLContext context = io.millrace.connect.commons.TlsFiles.context(
                        key -> Optional.ofNullable(files.get(key)), key -> Optional.ofNullable(files.get(key)))
                .orElseThrow();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(worker.url().replace("http:", "https:") + "/v1/events"))
                .POST(HttpRequest.BodyPublishers.ofString(EVENT));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The server's certificate alone, as clients get it. */
    private String trusted() throws Exception {
        java.security.KeyStore store =
                java.security.KeyStore.getInstance(Path.of(store("server")).toFile(), "changeit".toCharArray());
        Path pem = folder.resolve("server.pem");
        Files.writeString(
                pem,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate("server").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        return pem.toString();
    }

    private HttpResponse<String> post(String... headers) throws Exception {
        return Client.post(worker.url() + "/v1/events", EVENT, headers);
    }

    private static Map<String, String> settings(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("port", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return all;
    }

    private void start(String... settings) {
        worker = new StandInWorker(StandInWorker.Mode.STORES, settings(settings));
    }
}
