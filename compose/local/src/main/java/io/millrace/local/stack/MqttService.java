package io.millrace.local.stack;

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
                        () -> StackContext.write(
                                data.resolve("config.xml"),
                                settings(context.security().mqttListener())),
                        StackContext.smallJava(
                                "192m",
                                "-cp",
                                context.build()
                                        .classPath(NAME, context.checkout().mqttClassPath()),
                                "io.millrace.mqtt.MqttBroker",
                                data.toString()),
                        context.probes().mqtt(context.security().mqttEnvironment()))
                .with(context.security().mqttEnvironment())
                .stoppedBy("TERM", java.time.Duration.ofSeconds(15));
    }

    private static String settings(String listener) {
        return """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    %s
                  </listeners>
                  <mqtt><queued-messages><max-queue-size>100000</max-queue-size></queued-messages></mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                .formatted(listener);
    }
}
