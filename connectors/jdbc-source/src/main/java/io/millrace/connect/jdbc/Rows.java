package io.millrace.connect.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a struct of each row of one result. Not safe for use by several threads. */
final class Rows {
    private static final Logger LOG = LoggerFactory.getLogger(Rows.class);
    private static final int TIMESTAMP_WITH_ZONE = Types.TIMESTAMP_WITH_TIMEZONE;

    private final Dialect dialect;
    private final JdbcSourceConfig config;
    private final Calendar zone;
    private final Calendar utc = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    private final List<Cell> cells = new ArrayList<>();
    private final Schema schema;

    /** Reads a column of the current row. */
    private interface Reader {
        Object read(ResultSet row, int column) throws SQLException;
    }

    private record Cell(int column, Field field, Reader reader) {}

    private record Kind(SchemaBuilder schema, Reader reader) {}

    /**
     * @param name of the schema; null for none
     * @param known the schema of the last result, kept when nothing has changed; null at first
     */
    Rows(ResultSetMetaData result, String name, Schema known, Dialect dialect, JdbcSourceConfig config)
            throws SQLException {
        this.dialect = dialect;
        this.config = config;
        this.zone = Calendar.getInstance(config.timeZone());
        SchemaBuilder builder = SchemaBuilder.struct().name(name);
        List<Integer> columns = new ArrayList<>();
        List<Reader> readers = new ArrayList<>();
        for (int column = 1; column <= result.getColumnCount(); column++) {
            Kind kind = kind(result, column);
            if (kind == null) {
                if (known == null) {
                    LOG.warn(
                            "column {} of {} is left out: its type {} has no counterpart; a query can cast it to text",
                            result.getColumnLabel(column),
                            name,
                            result.getColumnTypeName(column));
                }
                continue;
            }
            if (result.isNullable(column) != ResultSetMetaData.columnNoNulls) {
                kind.schema().optional();
            }
            builder.field(result.getColumnLabel(column), kind.schema().build());
            columns.add(column);
            readers.add(kind.reader());
        }
        Schema built = builder.build();
        schema = built.equals(known) ? known : built;
        for (int i = 0; i < columns.size(); i++) {
            cells.add(new Cell(columns.get(i), schema.fields().get(i), readers.get(i)));
        }
    }

    Schema schema() {
        return schema;
    }

    Struct read(ResultSet row) throws SQLException {
        Struct struct = new Struct(schema);
        for (Cell cell : cells) {
            Object value = cell.reader().read(row, cell.column());
            struct.put(cell.field(), row.wasNull() ? null : value);
        }
        return struct;
    }

    /** About how much memory a row's values take. */
    static long bytes(Struct struct) {
        long bytes = 32;
        for (Field field : struct.schema().fields()) {
            Object value = struct.get(field);
            bytes += 16;
            if (value instanceof String text) {
                bytes += text.length();
            } else if (value instanceof byte[] array) {
                bytes += array.length;
            }
        }
        return bytes;
    }

    private Kind kind(ResultSetMetaData result, int column) throws SQLException {
        boolean signed = result.isSigned(column);
        switch (result.getColumnType(column)) {
            case Types.BOOLEAN:
                return of(Schema.Type.BOOLEAN, ResultSet::getBoolean);
            case Types.BIT:
                return dialect == Dialect.POSTGRESQL || result.getPrecision(column) <= 1 && dialect == Dialect.MYSQL
                        ? of(Schema.Type.BOOLEAN, ResultSet::getBoolean)
                        : of(Schema.Type.INT8, ResultSet::getByte);
            case Types.TINYINT:
                return signed ? of(Schema.Type.INT8, ResultSet::getByte) : of(Schema.Type.INT16, ResultSet::getShort);
            case Types.SMALLINT:
                return signed ? of(Schema.Type.INT16, ResultSet::getShort) : of(Schema.Type.INT32, ResultSet::getInt);
            case Types.INTEGER:
                // SQLite's INTEGER has 64 bits, whatever the driver says.
                return signed && dialect != Dialect.SQLITE
                        ? of(Schema.Type.INT32, ResultSet::getInt)
                        : of(Schema.Type.INT64, ResultSet::getLong);
            case Types.BIGINT:
                return of(Schema.Type.INT64, ResultSet::getLong);
            case Types.REAL:
                return dialect == Dialect.SQLITE
                        ? of(Schema.Type.FLOAT64, ResultSet::getDouble)
                        : of(Schema.Type.FLOAT32, ResultSet::getFloat);
            case Types.FLOAT, Types.DOUBLE:
                return of(Schema.Type.FLOAT64, ResultSet::getDouble);
            case Types.NUMERIC:
                return numeric(result, column, config.numericMapping());
            case Types.DECIMAL:
                return numeric(result, column, NumericMapping.NONE);
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR:
                return of(Schema.Type.STRING, ResultSet::getString);
            case Types.DATALINK:
                return of(Schema.Type.STRING, ResultSet::getString);
            case Types.CLOB, Types.NCLOB:
                return of(Schema.Type.STRING, Rows::clob);
            case Types.SQLXML:
                return of(Schema.Type.STRING, Rows::xml);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY:
                return of(Schema.Type.BYTES, ResultSet::getBytes);
            case Types.BLOB:
                return of(Schema.Type.BYTES, dialect == Dialect.GENERIC ? Rows::blob : ResultSet::getBytes);
            case Types.DATE:
                return new Kind(org.apache.kafka.connect.data.Date.builder(), this::date);
            case Types.TIME:
                return new Kind(org.apache.kafka.connect.data.Time.builder(), (row, i) -> plain(row.getTime(i, utc)));
            case Types.TIMESTAMP, TIMESTAMP_WITH_ZONE:
                return new Kind(config.granularity().schema(), this::timestamp);
            default:
                return special(result.getColumnTypeName(column).toLowerCase(Locale.ROOT));
        }
    }

    private Kind special(String typeName) {
        boolean text = dialect == Dialect.POSTGRESQL
                && List.of("uuid", "json", "jsonb").contains(typeName);
        return text ? of(Schema.Type.STRING, ResultSet::getString) : null;
    }

    private Kind numeric(ResultSetMetaData result, int column, NumericMapping mapping) throws SQLException {
        int precision = result.getPrecision(column);
        int scale = result.getScale(column);
        boolean free = precision == 0 && dialect != Dialect.MYSQL;
        SchemaBuilder schema = mapping.schema(precision, scale, free);
        if (!Decimal.LOGICAL_NAME.equals(schema.name())) {
            return new Kind(
                    schema,
                    switch (schema.type()) {
                        case INT8 -> ResultSet::getByte;
                        case INT16 -> ResultSet::getShort;
                        case INT32 -> ResultSet::getInt;
                        case INT64 -> ResultSet::getLong;
                        default -> ResultSet::getDouble;
                    });
        }
        int digits = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
        String label = result.getColumnLabel(column);
        return new Kind(schema, (row, i) -> decimal(row.getBigDecimal(i), digits, label));
    }

    private static BigDecimal decimal(BigDecimal value, int scale, String column) {
        try {
            return value == null ? null : value.setScale(scale, RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new DataException("column " + column + " has a value with more than " + scale
                    + " digits behind the point; cast it in a query, or leave it out");
        }
    }

    private Object date(ResultSet row, int column) throws SQLException {
        if (dialect == Dialect.SQLITE) {
            java.sql.Timestamp day = dialect.timestamp(row, column, utc);
            return day == null ? null : new java.util.Date(Math.floorDiv(day.getTime(), 86_400_000L) * 86_400_000L);
        }
        return plain(row.getDate(column, utc));
    }

    /** Without the restrictions of the classes in java.sql, which have no instant. */
    private static java.util.Date plain(java.util.Date value) {
        return value == null ? null : new java.util.Date(value.getTime());
    }

    private Object timestamp(ResultSet row, int column) throws SQLException {
        java.sql.Timestamp value = dialect.timestamp(row, column, zone);
        return value == null ? null : config.granularity().value(value, config.zone());
    }

    private static Object clob(ResultSet row, int column) throws SQLException {
        Clob clob = row.getClob(column);
        return clob == null ? null : clob.getSubString(1, Math.toIntExact(clob.length()));
    }

    private static Object blob(ResultSet row, int column) throws SQLException {
        Blob blob = row.getBlob(column);
        return blob == null ? null : blob.getBytes(1, Math.toIntExact(blob.length()));
    }

    private static Object xml(ResultSet row, int column) throws SQLException {
        SQLXML xml = row.getSQLXML(column);
        return xml == null ? null : xml.getString();
    }

    private static Kind of(Schema.Type type, Reader reader) {
        return new Kind(new SchemaBuilder(type), reader);
    }
}
