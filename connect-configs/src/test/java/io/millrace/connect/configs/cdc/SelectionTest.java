package io.millrace.connect.configs.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.cdc.source.Sql;
import io.millrace.connect.configs.cdc.source.TypeFate;
import io.millrace.connect.configs.cdc.status.Blame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is decided without any server. */
final class SelectionTest {
    @Test
    void a_table_that_nothing_identifies_is_left_out_unless_somebody_chooses() {
        List<SourceTable> all = List.of(table("a", true), table("b", false));
        CaptureRequest request = CaptureRequest.of("shop");

        assertThat(Selection.of(all, request).chosen())
                .extracting(SourceTable::id)
                .containsExactly("public.a");
        assertThat(Selection.of(all, request).leftOut()).containsOnlyKeys("public.b");
        assertThat(Selection.of(all, request.identifying(Map.of("public.b", "full")))
                        .chosen())
                .extracting(SourceTable::id)
                .containsExactly("public.a", "public.b");
        assertThat(Selection.of(all, request.identifying(Map.of("public.a", "skip")))
                        .chosen())
                .isEmpty();
    }

    @Test
    void a_pattern_takes_its_dots_literally_and_its_stars_for_anything() {
        List<SourceTable> all = List.of(table("orders", true), table("order_items", true), table("other", true));

        Selection selection = Selection.of(all, CaptureRequest.of("shop").tables("public.order*", "publicxother"));

        assertThat(selection.chosen()).extracting(SourceTable::name).containsExactly("orders", "order_items");
        assertThat(selection.missing()).containsExactly("publicxother");
    }

    @Test
    void names_that_a_slot_cannot_have_are_refused() {
        for (String name : List.of("", "Shop", "my-shop", "1shop", "a".repeat(41))) {
            assertThatThrownBy(() -> new CaptureNames(name)).as(name).isInstanceOf(DeclarationException.class);
        }
        assertThat(new CaptureNames("my_shop").inDatabase()).isEqualTo("millrace_my_shop");
        assertThat(new CaptureNames("my_shop").connector()).isEqualTo("my-shop-cdc");
        assertThat(new CaptureNames("shop").lakeTable("public.orders")).isEqualTo("shop_orders");
        assertThat(new CaptureNames("shop").lakeTable("audit.orders")).isEqualTo("shop_audit_orders");
    }

    @Test
    void a_url_with_a_password_is_refused_without_repeating_it() {
        assertThatThrownBy(() -> SourceAddress.parse("postgresql://me:hunter2@host/db"))
                .isInstanceOf(DeclarationException.class)
                .hasMessageNotContaining("hunter2");
        assertThat(SourceAddress.parse("postgresql://me@host/db?sslmode=require"))
                .isEqualTo(new SourceAddress("host", 5432, "db", "me", Optional.of("require")));
    }

    @Test
    void a_capture_is_read_as_it_was_written() {
        CaptureSpec spec = new CaptureSpec(
                "shop",
                List.of("b.x", "a.y"),
                List.of("b.x"),
                Map.of("b.x", "full"),
                null,
                "${env:X}",
                "host",
                "5432",
                3,
                "initial",
                "strict",
                Map.of("decimal.handling.mode", "string"));

        assertThat(CaptureSpec.parse(spec.json())).isEqualTo(spec);
        assertThat(spec.plus("c.z", true).minus("c.z")).isEqualTo(spec);
    }

    @Test
    void a_connector_never_publishes_by_itself_and_lists_its_tables_literally() {
        CaptureSpec spec = new CaptureSpec(
                "shop",
                List.of("public.a$b"),
                List.of(),
                Map.of(),
                null,
                "${env:X}",
                "host",
                "5432",
                1,
                "initial",
                "evolve",
                Map.of("decimal.handling.mode", "string"));

        Map<String, String> config = CaptureConfig.of(spec, "db", Map.of("tasks.max", "1"));

        assertThat(config)
                .containsEntry("publication.autocreate.mode", "disabled")
                .containsEntry("table.include.list", "public\\.a\\$b,millrace_shop\\.marker")
                .containsEntry("decimal.handling.mode", "string")
                .containsEntry("database.user", "millrace_shop");
    }

    @Test
    void identifiers_and_literals_are_quoted_where_they_have_to_be() {
        assertThat(Sql.name("order")).isEqualTo("\"order\"");
        assertThat(Sql.name("Mixed\"Case")).isEqualTo("\"Mixed\"\"Case\"");
        assertThat(Sql.name("plain_1")).isEqualTo("plain_1");
        assertThat(Sql.literal("it's")).isEqualTo("'it''s'");
    }

    @Test
    void a_type_that_no_converter_knows_is_lost_and_an_enumeration_is_text() {
        assertThat(TypeFate.of("circle", "b", "G", -1).isLost()).isTrue();
        assertThat(TypeFate.of("address", "c", "C", -1).isLost()).isTrue();
        assertThat(TypeFate.of("mood", "e", "E", -1).words()).contains("text");
        assertThat(TypeFate.of("int4", "b", "N", -1).isNotable()).isFalse();
    }

    @Test
    void an_error_says_whose_turn_it_is() {
        assertThat(Blame.of("ERROR: can no longer access replication slot \"x\"")
                        .who())
                .isEqualTo("yours");
        assertThat(Blame.of("Connection to 127.0.0.1:5432 refused. Connection refused")
                        .who())
                .isEqualTo("wait");
        assertThat(Blame.of("java.lang.NullPointerException").who()).isEqualTo("ours");
    }

    private static SourceTable table(String name, boolean identified) {
        return new SourceTable(
                "public",
                name,
                "r",
                "p",
                "d",
                false,
                false,
                identified,
                List.of(),
                false,
                Optional.empty(),
                "me",
                false,
                1,
                1);
    }
}
