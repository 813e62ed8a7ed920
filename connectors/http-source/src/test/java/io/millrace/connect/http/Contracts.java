package io.millrace.connect.http;

import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** Contracts for tests. */
final class Contracts {
    static final String EVERY_TYPE =
            """
            {"type": "record", "name": "Every", "namespace": "test", "fields": [
              {"name": "text", "type": "string"},
              {"name": "flag", "type": "boolean"},
              {"name": "small", "type": "int"},
              {"name": "big", "type": "long"},
              {"name": "ratio", "type": "float"},
              {"name": "precise", "type": "double"},
              {"name": "moment", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "maybe_text", "type": ["null", "string"], "default": null},
              {"name": "maybe_small", "type": ["null", "int"], "default": null},
              {"name": "maybe_moment", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
              {"name": "with_default", "type": "int", "default": 7},
              {"name": "epoch", "type": {"type": "long", "logicalType": "timestamp-millis"}, "default": 0}
            ]}
            """;

    /** Every type that a contract may have, by the names of the fields. */
    static final String EVERY_AVRO_TYPE =
            """
            {"type": "record", "name": "All", "namespace": "test.all", "fields": [
              {"name": "text", "type": "string"},
              {"name": "flag", "type": "boolean"},
              {"name": "small", "type": "int"},
              {"name": "big", "type": "long"},
              {"name": "ratio", "type": "float"},
              {"name": "precise", "type": "double"},
              {"name": "raw", "type": "bytes"},
              {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
              {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED", "GREEN", "BLUE"], "default": "RED"}},
              {"name": "digest", "type": {"type": "fixed", "name": "Digest", "size": 4}},
              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
              {"name": "fixed_price", "type": {"type": "fixed", "name": "Price", "size": 6, "logicalType": "decimal", "precision": 10, "scale": 2}},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
              {"name": "fine_clock", "type": {"type": "long", "logicalType": "time-micros"}},
              {"name": "moment", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "fine_moment", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "wall", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
              {"name": "fine_wall", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
              {"name": "tags", "type": {"type": "array", "items": "string"}},
              {"name": "labels", "type": {"type": "map", "values": ["null", "long"]}},
              {"name": "colours", "type": {"type": "array", "items": ["null", "Colour"]}},
              {"name": "digests", "type": {"type": "map", "values": "Digest"}},
              {"name": "place", "type": {"type": "record", "name": "Place", "namespace": "test.other", "fields": [
                {"name": "country", "type": "string"},
                {"name": "city", "type": ["null", "string"], "default": null},
                {"name": "kind", "type": "test.all.Colour", "default": "GREEN"}]}},
              {"name": "maybe_place", "type": ["null", "test.other.Place"], "default": null},
              {"name": "items", "type": {"type": "array", "items": {"type": "record", "name": "Item", "fields": [
                {"name": "sku", "type": "string"},
                {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 3}},
                {"name": "places", "type": {"type": "map", "values": ["null", "test.other.Place"]}, "default": {}}]}}},
              {"name": "maybe_colour", "type": ["null", "Colour"], "default": null},
              {"name": "maybe_digest", "type": ["null", "Digest"], "default": null},
              {"name": "maybe_price", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}], "default": null},
              {"name": "maybe_fixed_price", "type": ["null", "Price"], "default": null},
              {"name": "maybe_day", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null},
              {"name": "maybe_wall", "type": [{"type": "long", "logicalType": "local-timestamp-micros"}, "null"], "default": 0},
              {"name": "maybe_tags", "type": ["null", {"type": "array", "items": "string"}], "default": null},
              {"name": "maybe_labels", "type": ["null", {"type": "map", "values": "Item"}], "default": null},
              {"name": "other_colour", "type": "Colour", "default": "BLUE"},
              {"name": "other_digest", "type": "Digest", "default": "\\u0000\\u0001\\u00ff\\u007f"},
              {"name": "other_price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}, "default": "\\u00ff\\u0038"},
              {"name": "other_raw", "type": "bytes", "default": "\\u0000\\u00fe"},
              {"name": "other_day", "type": {"type": "int", "logicalType": "date"}, "default": 16572},
              {"name": "other_clock", "type": {"type": "int", "logicalType": "time-millis"}, "default": 1000},
              {"name": "other_tags", "type": {"type": "array", "items": "string"}, "default": ["a", "b"]},
              {"name": "other_labels", "type": {"type": "map", "values": ["long", "null"]}, "default": {"a": 1}},
              {"name": "other_place", "type": "test.other.Place", "default": {"country": "NZ", "city": null, "kind": "RED"}},
              {"name": "other_small", "type": ["int", "null"], "default": 7}
            ]}
            """;

    /** An event of that contract; what it leaves out has a default. */
    static final String EVERY_AVRO_TYPE_EVENT =
            """
            {"text":"a","flag":true,"small":1,"big":2,"ratio":0.5,"precise":1,"raw":"QUI=",
            "id":"0f8fad5b-d9cb-469f-a165-70867728950e","colour":"BLUE","digest":"AAECAw==","price":0.66,"fixed_price":"-12.5",
            "day":"2015-05-17","clock":"10:05","fine_clock":"10:05:00.123456","moment":0,
            "fine_moment":"2015-05-17T10:05:00.123456+02:00","wall":"2015-05-17T10:05","fine_wall":"2015-05-17T10:05:00.5",
            "tags":["x"],"labels":{"a":null},"colours":["RED",null],"digests":{"x":"AAECAw=="},"place":{"country":"DE"},
            "items":[{"sku":"s","price":"0.065","places":{"b":{"country":"FR","kind":"RED"}}},{"sku":"t","price":0}],
            "maybe_place":{"country":"X"},"maybe_colour":"RED","maybe_digest":"AAECAw==","maybe_price":1,
            "maybe_fixed_price":2,"maybe_day":"2015-05-17","maybe_wall":null,"maybe_tags":["q"],
            "maybe_labels":{"z":{"sku":"s","price":0.068}},"other_small":null}
            """;

    /** That event as Avro prints what it stores. */
    static final String EVERY_AVRO_TYPE_STORED =
            """
            {"text":"a","flag":true,"small":1,"big":2,"ratio":0.5,"precise":1.0,"raw":"AB",
            "id":"0f8fad5b-d9cb-469f-a165-70867728950e","colour":"BLUE","digest":[0,1,2,3],"price":"B",
            "fixed_price":[-1,-1,-1,-1,-5,30],"day":16572,"clock":36300000,"fine_clock":36300123456,"moment":0,
            "fine_moment":1431849900123456,"wall":1431857100000,"fine_wall":1431857100500000,
            "tags":["x"],"labels":{"a":null},"colours":["RED",null],"digests":{"x":[0,1,2,3]},
            "place":{"country":"DE","city":null,"kind":"GREEN"},"maybe_place":{"country":"X","city":null,"kind":"GREEN"},
            "items":[{"sku":"s","price":"A","places":{"b":{"country":"FR","city":null,"kind":"RED"}}},
              {"sku":"t","price":"\\u0000","places":{}}],
            "maybe_colour":"RED","maybe_digest":[0,1,2,3],"maybe_price":"d","maybe_fixed_price":[0,0,0,0,0,-56],
            "maybe_day":16572,"maybe_wall":null,"maybe_tags":["q"],"maybe_labels":{"z":{"sku":"s","price":"D","places":{}}},
            "other_colour":"BLUE","other_digest":[0,1,-1,127],"other_price":"\\u00ff8","other_raw":"\\u0000\\u00fe",
            "other_day":16572,"other_clock":1000,"other_tags":["a","b"],"other_labels":{"a":1},
            "other_place":{"country":"NZ","city":null,"kind":"RED"},"other_small":null}
            """;

    private Contracts() {}

    static EventReader reader(String avro, String... key) {
        return new EventReader(new Schema.Parser().parse(avro), List.of(key), Optional.empty(), () -> "random-id");
    }
}
