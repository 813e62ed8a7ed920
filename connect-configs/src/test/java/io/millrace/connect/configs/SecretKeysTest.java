package io.millrace.connect.configs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretKeysTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "database.password",
                "redis.password",
                "sasl.jaas.config",
                "ssl.key.password",
                "aws.secret.access.key",
                "api.key",
                "apiKey",
                "auth.token",
                "ssl.keystore.private.key",
                "google.credentials",
                "value.converter.basic.auth.user.info"
            })
    void aNameThatHoldsASecretIsKnown(String key) {
        assertThat(SecretKeys.isSecretName(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topics",
                "tokenizer",
                "ssl.keystore.location",
                "secret.file",
                "token.url",
                "credentials.provider.class",
                "key.converter",
                "password.file"
            })
    void aNameThatOnlySpeaksOfSecretsIsNone(String key) {
        assertThat(SecretKeys.isSecretName(key)).isFalse();
    }

    @Test
    void passwordsInUrlsAreHiddenAndReferencesAreNot() {
        assertThat(SecretKeys.hideInUrls("redis://:hunter2@h:1/0")).isEqualTo("redis://(hidden)@h:1/0");
        assertThat(SecretKeys.hideInUrls("jdbc:postgresql://h/db?user=u&password=hunter2&ssl=true"))
                .isEqualTo("jdbc:postgresql://h/db?user=u&password=(hidden)&ssl=true");
        assertThat(SecretKeys.hideInUrls("redis://u:${env:PW}@h")).isEqualTo("redis://u:${env:PW}@h");
        assertThat(SecretKeys.hasPasswordInUrl("http://h:8080/a@b")).isFalse();
        assertThat(SecretKeys.hasPasswordInUrl("redis://u:${env:PW}@h")).isFalse();
    }

    @Test
    void aReferenceAnEmptyValueAndAMaskAreNoLiterals() {
        assertThat(SecretKeys.isLiteral("${env:PW}")).isFalse();
        assertThat(SecretKeys.isLiteral("")).isFalse();
        assertThat(SecretKeys.isLiteral("********")).isFalse();
        assertThat(SecretKeys.isLiteral("hunter2")).isTrue();
        assertThat(SecretKeys.printable("prefix${env:PW}", true)).isEqualTo("(hidden)");
        assertThat(SecretKeys.printable("${env:PW}", true)).isEqualTo("${env:PW}");
    }

    @Test
    void literalPasswordsInUrlsAreReplacedByAReference() {
        assertThat(SecretKeys.referInUrls("redis://u:p1@h:1, redis://u:${env:P}@h:2", "${env:R}"))
                .isEqualTo("redis://u:${env:R}@h:1, redis://u:${env:P}@h:2");
        assertThat(SecretKeys.referInUrls("jdbc:postgresql://h/d?user=u&password=p2&ssl=true", "${env:R}"))
                .isEqualTo("jdbc:postgresql://h/d?user=u&password=${env:R}&ssl=true");
    }
}
