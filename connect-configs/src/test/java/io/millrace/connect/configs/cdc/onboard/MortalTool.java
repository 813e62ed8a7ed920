package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.environment.Clusters;
import java.time.Duration;

/** The tool in a process of its own that dies, as from kill -9, when it comes to a given point. */
public final class MortalTool {
    static final int DEAD = 137;

    private MortalTool() {}

    /** Dies when it hears of its point; {@code Runtime.halt} runs no hook and closes nothing. */
    private record Mortal(String point) implements StepListener {
        @Override
        public void beginning(String step) {
            dieAt("before " + step);
        }

        @Override
        public void done(String step, String what, Duration took) {
            dieAt("after " + step);
        }

        @Override
        public void undoing(String step) {
            dieAt("before undoing " + step);
        }

        @Override
        public void undone(String step) {
            dieAt("after undoing " + step);
        }

        private void dieAt(String here) {
            if (here.equals(point)) {
                Runtime.getRuntime().halt(DEAD);
            }
        }
    }

    public static void main(String[] arguments) {
        CaptureServers servers = CaptureServers.parse(arguments);
        try (Database database = servers.open();
                Clusters clusters = servers.environment().open()) {
            Onboarding onboarding = new Onboarding(servers.capture(database, clusters, new Mortal(arguments[6])));
            if (arguments[5].equals("onboard")) {
                onboarding.onboard(true, Duration.ZERO);
            } else if (!onboarding.offboard(false, Onboarding.Topics.DELETE).isClean()) {
                System.exit(1);
            }
        }
    }
}
