package io.millrace.local.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.client.LakeClient;
import io.millrace.local.client.ReadException;
import io.millrace.local.client.StackOption;
import io.millrace.local.client.Table;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace sql}. */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Ask the lake in SQL, for example: ./millrace sql \"select count(*) from web_events_raw\".")
public final class SqlCommand implements Callable<Integer> {
    @Mixin
    private StackOption stack;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Parameters(arity = "1", paramLabel = "QUERY", description = "A SELECT; the tables are listed by \"show tables\".")
    private String query;

    @Override
    public Integer call() throws ReadException {
        LakeClient.Rows answer = new LakeClient(stack.require().access()).query(query);
        System.out.println(json ? json(answer) : text(answer));
        return 0;
    }

    private static String text(LakeClient.Rows answer) {
        Table table = new Table(answer.columns());
        answer.rows()
                .forEach(row -> table.row(row.stream().map(SqlCommand::cell).toList()));
        int rows = answer.rows().size();
        return table.text() + System.lineSeparator() + "(" + rows + (rows == 1 ? " row)" : " rows)");
    }

    private static String cell(JsonNode value) {
        return value.isNull() ? "null" : value.isValueNode() ? value.asText() : value.toString();
    }

    private static String json(LakeClient.Rows answer) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        answer.columns().forEach(root.putArray("columns")::add);
        ArrayNode rows = root.putArray("rows");
        for (List<JsonNode> row : answer.rows()) {
            rows.addArray().addAll(row);
        }
        return root.toString();
    }
}
