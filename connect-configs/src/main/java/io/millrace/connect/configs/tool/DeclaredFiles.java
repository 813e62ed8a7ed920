package io.millrace.connect.configs.tool;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.command.ControlDefaults;
import io.millrace.connect.configs.environment.Environment;
import java.nio.file.Path;

/**
 * The folders beside the program.
 *
 * @param root holds {@code connectors}, {@code contracts} and {@code environments}
 */
public record DeclaredFiles(Path root) implements ControlDefaults {
    /** Environment variable that names another folder. */
    static final String VARIABLE = "MILLRACE_FILES";

    /** @param home where the program is installed; its own files are meant unless {@value #VARIABLE} names others */
    static DeclaredFiles of(Path home, String chosen) {
        boolean other = chosen != null && !chosen.isBlank();
        return new DeclaredFiles(
                (other ? Path.of(chosen) : home).toAbsolutePath().normalize());
    }

    @Override
    public Path connectors() {
        return root.resolve("connectors");
    }

    @Override
    public Path contracts() {
        return root.resolve("contracts");
    }

    @Override
    public Path environments() {
        return root.resolve("environments");
    }

    @Override
    public Environment local() {
        throw new DeclarationException("name an environment with --env: a name that has a file in " + environments()
                + ", or the path of a file");
    }
}
