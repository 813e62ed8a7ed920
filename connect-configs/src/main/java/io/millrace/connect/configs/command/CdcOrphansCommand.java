package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.cdc.status.Orphans;
import io.millrace.connect.configs.environment.Clusters;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cdc orphans}. */
@Command(
        name = "orphans",
        mixinStandardHelpOptions = true,
        description = "Find slots with our mark that no connector owns. Ends with 3 when there are any.")
final class CdcOrphansCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private CdcTarget target;

    @Option(names = "--drop", description = "Drop those that nobody reads.")
    private boolean drop;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    CdcOrphansCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        CdcHost host = target.host(defaults);
        SourceAddress address = target.source().address(host, "postgres");
        try (Clusters clusters = target.environment(defaults).open();
                Database database = Database.open(address, target.source().password(host, address))) {
            List<Orphans.Orphan> orphans =
                    Orphans.find(database, clusters.connect().describeAll().values());
            if (json) {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                orphans.forEach(one -> all.addObject()
                        .put("slot", one.slot())
                        .put("database", one.database())
                        .put("active", one.active())
                        .put("retained", one.retained()));
                out().println(all.toPrettyString());
            } else if (orphans.isEmpty()) {
                out().println("Every slot of ours has its connector.");
            } else {
                TextTable table = new TextTable(List.of("SLOT", "DATABASE", "READ", "RETAINED"), Set.of());
                orphans.forEach(one ->
                        table.row(List.of(one.slot(), one.database(), one.active() ? "yes" : "no", one.retained())));
                table.lines(Integer.MAX_VALUE).forEach(out()::println);
            }
            if (drop) {
                orphans.stream().filter(one -> !one.active()).forEach(one -> Orphans.drop(database, one));
                return orphans.stream().anyMatch(Orphans.Orphan::active) ? CHANGES : DONE;
            }
            return orphans.isEmpty() ? DONE : CHANGES;
        }
    }
}
