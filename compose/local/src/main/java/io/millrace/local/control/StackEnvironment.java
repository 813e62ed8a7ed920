package io.millrace.local.control;

import io.millrace.connect.configs.environment.ConnectAccess;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.KafkaAccess;
import io.millrace.connect.configs.environment.RegistryAccess;
import io.millrace.connect.configs.environment.Setting;
import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import io.millrace.local.security.SecuredConnectors;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A local stack as an environment of the control tool. */
final class StackEnvironment {
    private StackEnvironment() {}

    static Environment of(Access access, StackFolder folder) {
        StackAddress address = access.address();
        String connect = access.url(address.connect());
        String registry = access.url(address.registry()) + "/apis/ccompat/v7";
        if (!access.isSecured()) {
            return Environment.of(
                            "local",
                            StackDefaults.OWNER,
                            ConnectAccess.plain(connect),
                            KafkaAccess.plain(StackAddress.HOST + ":" + address.kafka()),
                            RegistryAccess.plain(registry))
                    .publishing(folder.contracts());
        }
        return Environment.of(
                        "local",
                        StackDefaults.OWNER,
                        connect(access, folder, connect),
                        kafka(access),
                        new RegistryAccess(
                                Setting.literal(registry),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(Setting.secret(access.registryToken(Account.CONTROL))),
                                access.authority()))
                .publishing(folder.contracts())
                .overridingWhereDeclared(SecuredConnectors.settings(address, folder));
    }

    private static ConnectAccess connect(Access access, StackFolder folder, String url) {
        return new ConnectAccess(
                Setting.literal(url),
                Optional.of(Setting.literal(Account.CONTROL.user())),
                Optional.of(Setting.secret(Secrets.read(folder).get(Secrets.CONNECT))),
                access.authority(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static KafkaAccess kafka(Access access) {
        Map<String, Setting> properties = new HashMap<>();
        access.kafka(Account.CONTROL)
                .forEach((key, value) -> properties.put(
                        key,
                        key.equals("sasl.jaas.config")
                                ? Setting.secret(value.toString())
                                : Setting.literal(value.toString())));
        return new KafkaAccess(properties.remove("bootstrap.servers"), properties);
    }
}
