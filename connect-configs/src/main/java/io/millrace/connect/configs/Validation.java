package io.millrace.connect.configs;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a plugin says about a configuration. Values are left out on purpose: the worker resolves references before it
 * answers.
 *
 * @param settings what the plugin and the worker know, by key
 * @param errors what is wrong, by key; empty when the configuration is valid
 */
public record Validation(Map<String, Definition> settings, Map<String, List<String>> errors) {
    /**
     * One known setting.
     *
     * @param type name of its {@code ConfigDef.Type}, such as {@code PASSWORD}
     * @param defaultValue what holds when it is not set; empty when nothing does, or when it is a secret
     */
    public record Definition(String type, Optional<String> defaultValue) {
        /** Whether values of it are secrets. */
        public boolean isSecret() {
            return "PASSWORD".equals(type);
        }
    }

    public Validation {
        settings = Map.copyOf(settings);
        errors = Map.copyOf(errors);
    }

    /** Whether nothing is wrong. */
    public boolean isValid() {
        return errors.isEmpty();
    }

    /** Whether a setting holds a secret: by its type where the plugin knows it, otherwise by its name. */
    public boolean isSecret(String key) {
        Definition definition = settings.get(key);
        return definition == null ? SecretKeys.isSecretName(key) : definition.isSecret();
    }
}
