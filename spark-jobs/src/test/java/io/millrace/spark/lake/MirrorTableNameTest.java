package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MirrorTableNameTest {
    @Test
    void aTableIsNamedByDatabaseAndTable() {
        assertThat(MirrorWriter.tableName("cdc.shop.public.order_items")).isEqualTo("shop_order_items");
    }

    @Test
    void aSchemaOtherThanPublicIsPartOfTheName() {
        assertThat(MirrorWriter.tableName("cdc.shop.audit.orders")).isEqualTo("shop_audit_orders");
    }

    @Test
    void whatSqlCannotNameBecomesAnUnderscore() {
        assertThat(MirrorWriter.tableName("cdc.shop.public.order-items$")).isEqualTo("shop_order_items_");
    }
}
