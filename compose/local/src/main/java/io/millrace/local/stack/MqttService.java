package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.nio.file.Path;

/** HiveMQ Community Edition: sessions and their messages survive a kill. Nothing of the stack waits for it. */
final class MqttService {
    static final String NAME = "mqtt";

    private MqttService() {}

    static ServiceSpec spec(StackContext context) {
        Path data = context.folder().data(NAME);
        int port = context.address().mqtt();
        return ServiceSpec.of(
                        NAME,
                        port,
                        data,
                        () -> StackContext.write(data.resolve("config.xml"), settings(port)),
                        StackContext.smallJava(
                                "192m",
                                "-cp",
                                context.build()
                                        .classPath(NAME, context.checkout().mqttClassPath()),
                                "io.millrace.mqtt.MqttBroker",
                                data.toString()),
                        Probes.mqtt(port))
                .stoppedBy("TERM", java.time.Duration.ofSeconds(15));
    }

    private static String settings(int port) {
        return """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>%s</bind-address></tcp-listener>
                  </listeners>
                  <mqtt><queued-messages><max-queue-size>100000</max-queue-size></queued-messages></mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                .formatted(port, StackAddress.HOST);
    }
}
