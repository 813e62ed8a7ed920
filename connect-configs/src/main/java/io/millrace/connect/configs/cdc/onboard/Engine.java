package io.millrace.connect.configs.cdc.onboard;

import java.time.Duration;
import java.util.List;

/**
 * Takes steps forward until all are done, or back until nothing is left. It keeps nothing of its own: each step finds out
 * from the servers what is done, so it may be killed anywhere and run again anywhere.
 */
final class Engine {
    private final List<Step> steps;
    private final StepListener listener;

    Engine(List<Step> steps, StepListener listener) {
        this.steps = List.copyOf(steps);
        this.listener = listener;
    }

    /**
     * Takes every step that is not done.
     *
     * @param keep whether what was done stays when a step fails
     * @throws OnboardException when a step failed or somebody interrupted
     */
    void forward(boolean keep) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            try {
                if (listener.isInterrupted()) {
                    throw new OnboardException("interrupted");
                }
                long start = System.nanoTime();
                listener.beginning(step.name());
                boolean done = step.isDone();
                if (!done) {
                    step.apply();
                }
                listener.done(
                        step.name(), step.what(), done ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start));
            } catch (RuntimeException e) {
                throw failed(step, i, keep, e);
            }
        }
    }

    private OnboardException failed(Step step, int position, boolean keep, RuntimeException cause) {
        String reason = "step " + step.name() + ": " + cause.getMessage();
        if (keep) {
            return new OnboardException(reason + "\n  what was done stays; run the same command again to go on", cause);
        }
        try {
            backward(steps.subList(0, position + 1));
            return new OnboardException(reason + "\n  everything was taken back", cause);
        } catch (RuntimeException e) {
            return new OnboardException(
                    reason + "\n  taking it back failed as well (" + e.getMessage() + "); run ./millrace cdc offboard",
                    cause);
        }
    }

    /** Takes every step back, the last one first. */
    void backward() {
        backward(steps);
    }

    private void backward(List<Step> some) {
        for (int i = some.size() - 1; i >= 0; i--) {
            listener.undoing(some.get(i).name());
            some.get(i).undo();
            listener.undone(some.get(i).name());
        }
    }
}
