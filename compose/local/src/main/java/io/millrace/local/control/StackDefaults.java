package io.millrace.local.control;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.command.ControlDefaults;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.local.client.RunningStack;
import io.millrace.local.security.Access;
import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.StackFolder;
import java.nio.file.Path;

/** The checkout's own files, and the stack that runs in the chosen state folder. */
public final class StackDefaults implements ControlDefaults {
    /** Mark on what {@code up} and {@code apply} create on a local stack. */
    public static final String OWNER = "millrace";

    @Override
    public Path connectors() {
        return Checkout.current().connectorConfigs();
    }

    @Override
    public Path contracts() {
        return Checkout.current().contracts();
    }

    @Override
    public Path environments() {
        return Checkout.current().environments();
    }

    @Override
    public Environment local() {
        StackFolder folder = new StackFolder(Checkout.current().defaultState());
        RunningStack stack = RunningStack.find(folder)
                .orElseThrow(() -> new DeclarationException("no environment is named, and no stack runs in "
                        + folder.root() + "; name one with --env, or start a stack with ./millrace up"));
        return environment(stack.access(), folder);
    }

    @Override
    public CdcHost cdc() {
        return RunningStack.find(new StackFolder(Checkout.current().defaultState()))
                .<CdcHost>map(StackCdcHost::new)
                .orElse(CdcHost.NONE);
    }

    /** A local stack as an environment. */
    public static Environment environment(Access access, StackFolder folder) {
        return StackEnvironment.of(access, folder);
    }
}
