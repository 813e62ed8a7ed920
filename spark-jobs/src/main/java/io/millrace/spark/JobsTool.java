package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.declared.JobsFolder;
import io.millrace.spark.declared.JobsReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Looks at declared jobs without running them.
 *
 * <p>Exit codes: 0 when all is well, 1 when a job cannot run, 2 when the arguments are wrong.
 */
public final class JobsTool {
    private static final String USAGE =
            "usage: JobsTool (list | check | explain NAME) --jobs FOLDER --contracts FOLDER";

    private JobsTool() {}

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            boolean explain = args.length > 0 && args[0].equals("explain");
            int options = explain ? 2 : 1;
            if (args.length != options + 4
                    || !args[options].equals("--jobs")
                    || !args[options + 2].equals("--contracts")) {
                throw new ConfigException(USAGE);
            }
            JobsFolder folder = JobsFolder.read(Path.of(args[options + 1]));
            JobsReport report = new JobsReport(folder, Jobs.names(), Catalogue.read(Path.of(args[options + 3])), out);
            return switch (args[0]) {
                case "list" -> report.list();
                case "check" -> report.check(session());
                case "explain" -> report.explain(args[1], JobsTool::session);
                default -> throw new ConfigException(USAGE);
            };
        } catch (ConfigException | io.millrace.schemas.ContractException e) {
            err.println("millrace: " + e.getMessage());
            return Driver.WRONG_USAGE;
        }
    }

    static SparkSession session() {
        DriverConfig config = DriverConfig.of(
                "jobs",
                Map.of("cores", "1", "spark.sql.streaming.statefulOperator.checkCorrectness.enabled", "true"),
                System::getenv);
        return Sessions.open(config, "jobs", false);
    }
}
