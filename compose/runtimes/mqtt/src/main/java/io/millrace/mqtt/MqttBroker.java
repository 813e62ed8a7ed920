package io.millrace.mqtt;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * HiveMQ Community Edition on the folder that is the only argument: {@code config.xml} in it says where to listen, {@code
 * data} keeps the sessions. Everybody may connect, unless the environment has {@code MQTT_USER} and {@code MQTT_PASSWORD}.
 */
public final class MqttBroker {
    private static final long STOP_SECONDS = 20;

    private MqttBroker() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Guard guard = new Guard(System.getenv("MQTT_USER"), System.getenv("MQTT_PASSWORD"));
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(folder)
                .withDataFolder(Files.createDirectories(folder.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("millrace-guard")
                        .withName("Millrace guard")
                        .withVersion("1")
                        .withExtensionMain(guard)
                        .build())
                .build();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                broker.stop().get(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (Exception e) {
                System.err.println("The broker did not stop in time: " + e);
            } finally {
                stopped.countDown();
            }
        }));
        try {
            broker.start().join();
        } catch (CompletionException e) {
            e.getCause().printStackTrace();
            System.exit(1);
        }
        System.out.println("MQTT broker is up");
        stopped.await();
    }

    /** Lets in who knows user and password; everybody when there is no user. */
    private record Guard(String user, String password) implements ExtensionMain, SimpleAuthenticator {

        @Override
        public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
            Services.securityRegistry().setAuthenticatorProvider(provider -> this);
        }

        @Override
        public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
            // The broker takes the authenticator away.
        }

        @Override
        public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
            boolean known = user == null
                    || (user.equals(input.getConnectPacket().getUserName().orElse(""))
                            && same(input.getConnectPacket().getPassword().orElse(ByteBuffer.allocate(0))));
            if (known) {
                output.authenticateSuccessfully();
            } else {
                output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, "user or password is wrong");
            }
        }

        private boolean same(ByteBuffer given) {
            byte[] bytes = new byte[given.remaining()];
            given.duplicate().get(bytes);
            return MessageDigest.isEqual(bytes, password.getBytes(StandardCharsets.UTF_8));
        }
    }
}
