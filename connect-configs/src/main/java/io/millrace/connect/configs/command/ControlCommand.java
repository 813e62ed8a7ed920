package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.cdc.onboard.OnboardException;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.RegistryException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands have in common: where they print, and how a failure becomes one sentence and an exit code. */
abstract class ControlCommand implements Callable<Integer> {
    /** Done, or nothing to do. */
    static final int DONE = 0;
    /** Something failed. */
    static final int FAILED = 1;
    /** The command line or a file is wrong. */
    static final int USAGE = 2;
    /** Changes are pending. */
    static final int CHANGES = 3;

    @Spec
    private CommandSpec spec;

    /** Does the work and returns the exit code. */
    abstract int run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        try {
            return run();
        } catch (DeclarationException | ContractException e) {
            return fail(e, USAGE);
        } catch (ConnectRestException
                | ClusterException
                | OnboardException
                | RegistryException
                | KafkaException
                | UncheckedIOException e) {
            return fail(e, FAILED);
        } finally {
            out().flush();
        }
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private int fail(Exception failure, int code) {
        out().flush();
        err().println("millrace: " + SecretKeys.hideInUrls(String.valueOf(failure.getMessage())));
        err().flush();
        return code;
    }
}
