package io.millrace.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a worker's JVM shows in JMX, asked for from outside. */
public final class WorkerNumbers {

    private final int port = Ports.free();

    /** Options for the worker's JVM. */
    public String[] options(String... more) {
        String prefix = "-Dcom.sun.management.jmxremote.";
        String[] own = {
            prefix + "port=" + port,
            prefix + "rmi.port=" + port,
            prefix + "host=127.0.0.1",
            prefix + "authenticate=false",
            prefix + "ssl=false",
            "-Djava.rmi.server.hostname=127.0.0.1"
        };
        String[] all = new String[own.length + more.length];
        System.arraycopy(own, 0, all, 0, own.length);
        System.arraycopy(more, 0, all, own.length, more.length);
        return all;
    }

    /** A number; NaN while there is none. */
    public double number(String bean, String attribute) throws IOException {
        try (JMXConnector connector = connect()) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            return server.getAttribute(new ObjectName(bean), attribute) instanceof Number number
                    ? number.doubleValue()
                    : Double.NaN;
        } catch (JMException none) {
            return Double.NaN;
        }
    }

    /** The number of any bean that fits the pattern; NaN while there is none. */
    public double anyNumber(String pattern, String attribute) throws IOException {
        try (JMXConnector connector = connect()) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            for (ObjectName found : server.queryNames(new ObjectName(pattern), null)) {
                return ((Number) server.getAttribute(found, attribute)).doubleValue();
            }
            return Double.NaN;
        } catch (JMException none) {
            return Double.NaN;
        }
    }

    /** What a task of ours shows. @param type of the plugin, such as {@code redis-sink} */
    public double ofTask(String type, String connector, String attribute) throws IOException {
        return number("io.millrace.connect:type=" + type + ",connector=\"" + connector + "\",task=\"0\"", attribute);
    }

    /** Processor time of a connector's only task so far, in microseconds. */
    public double taskMicros(String connector) throws IOException {
        try (JMXConnector remote = connect()) {
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    remote.getMBeanServerConnection(), ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (thread != null && thread.getThreadName().equals("task-thread-" + connector + "-0")) {
                    return threads.getThreadCpuTime(thread.getThreadId()) / 1e3;
                }
            }
            return 0;
        }
    }

    private JMXConnector connect() throws IOException {
        return JMXConnectorFactory.connect(
                new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi"));
    }
}
