package io.millrace.spark.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A real Airflow of the versions that {@code compose/airflow} names, installed from the Python package index into a
 * virtual environment of the build folder, once per set of versions.
 */
public final class Airflow {
    public static final Path FOLDER =
            Path.of("..", "compose", "airflow").toAbsolutePath().normalize();
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Reads a result set of the metadata database as JSON. */
    private static final String QUERY = "import json, sqlite3, sys\n"
            + "print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall(), default=str))";

    private final Path environment;
    private final Path home;
    private final Map<String, String> variables = new TreeMap<>();
    private int commands;

    private Airflow(Path environment, Path home) {
        this.environment = environment;
        this.home = home;
        variables.put("AIRFLOW_HOME", home.toString());
        variables.put("AIRFLOW__CORE__LOAD_EXAMPLES", "False");
        variables.put("AIRFLOW__CORE__DAGS_FOLDER", FOLDER.resolve("dags").toString());
        variables.put("PYTHONPATH", FOLDER.resolve("dags").toString());
        variables.put("PYTHONDONTWRITEBYTECODE", "1");
    }

    /** A command that has ended. */
    public record Ended(int code, String output) {}

    /** Why there is no Airflow on this machine. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String reason) {
            super(reason);
        }
    }

    /**
     * Installs Airflow unless it is there, and makes an empty metadata database.
     *
     * @throws Missing when it cannot be had here: no Python, or no package index
     */
    public static Airflow in(Path home) throws Missing {
        try {
            String wanted = Files.readString(FOLDER.resolve("requirements.txt"))
                    + Files.readString(FOLDER.resolve("constraints.txt"));
            Path environment = TARGET.resolve("airflow-" + Integer.toHexString(wanted.hashCode()));
            Path complete = environment.resolve("complete");
            if (!Files.exists(complete)) {
                install(environment);
                Files.writeString(complete, "");
            }
            Airflow airflow = new Airflow(environment, Files.createDirectories(home));
            Ended migrated = airflow.run(Duration.ofMinutes(5), "airflow", "db", "migrate");
            if (migrated.code() != 0) {
                throw new IllegalStateException(migrated.output());
            }
            return airflow;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets a variable of the environment for all commands that follow. */
    public Airflow with(String name, Object value) {
        variables.put(name, value.toString());
        return this;
    }

    /** Puts a folder before the others of the PATH. */
    public Airflow path(Path folder) {
        return with("PATH", folder + ":" + environment.resolve("bin") + ":" + System.getenv("PATH"));
    }

    /** Runs a program of the virtual environment to its end. */
    public Ended run(Duration patience, String program, String... arguments) {
        Path output = home.resolve("command-" + commands++ + ".log");
        try {
            Process process = begin(output, program, arguments);
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(program + " " + String.join(" ", arguments) + " did not end within " + patience
                        + ":\n" + Files.readString(output));
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a program of the virtual environment and leaves it running. */
    public Process begin(Path output, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(environment.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(variables);
        return builder.start();
    }

    /** Rows of a query on Airflow's metadata. */
    public JsonNode metadata(String query) {
        Ended answer = run(
                Duration.ofMinutes(1),
                "python",
                "-c",
                QUERY,
                home.resolve("airflow.db").toString(),
                query);
        try {
            return JSON.readTree(answer.output());
        } catch (IOException e) {
            throw new IllegalStateException(answer.output(), e);
        }
    }

    private static void install(Path environment) throws IOException, Missing {
        Path log = TARGET.resolve("airflow-install.log");
        Files.deleteIfExists(log);
        String python = environment.resolve("bin/python").toString();
        install(log, "python3", "-m", "venv", "--clear", environment.toString());
        // It installs in a fraction of pip's time.
        install(log, python, "-m", "pip", "install", "-q", "uv");
        install(
                log,
                environment.resolve("bin/uv").toString(),
                "pip",
                "install",
                "-q",
                "--python",
                python,
                "-r",
                FOLDER.resolve("requirements.txt").toString(),
                "-c",
                FOLDER.resolve("constraints.txt").toString(),
                "ruff");
    }

    private static void install(Path log, String... command) throws IOException, Missing {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new Missing("Airflow cannot be installed from the Python package index, see " + log);
            }
        } catch (IOException e) {
            throw new Missing("there is no " + command[0]);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
