package io.millrace.spark.serving;

import com.maxmind.db.CHMCache;
import com.maxmind.db.MaxMindDbConstructor;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Reader;
import io.millrace.spark.ConfigException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** The country of an address, by a MaxMind-format file. Safe for use by several threads. */
final class Countries {
    /** What stands for an address whose country nobody knows. */
    static final String UNKNOWN = "ZZ";

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int REMEMBERED = 20_000;

    private final Reader reader;
    private final BoundedCache<String, String> remembered = new BoundedCache<>(REMEMBERED);

    /** @throws ConfigException when the file cannot be read */
    Countries(String file) {
        try {
            reader = new Reader(new File(file), new CHMCache());
        } catch (IOException e) {
            throw new ConfigException("cannot read geo.country.mmdb " + file + ": " + e, e);
        }
    }

    /** ISO 3166-1 alpha-2 code; {@link #UNKNOWN} when the address is null, private, unlisted or none at all. */
    String of(String address) {
        return address == null ? UNKNOWN : remembered.get(address, this::find);
    }

    private String find(String address) {
        // Only literals: getByName would ask DNS for anything else.
        if (!IPV4.matcher(address).matches() && address.indexOf(':') < 0) {
            return UNKNOWN;
        }
        try {
            Place place = reader.get(InetAddress.getByName(address), Place.class);
            return place == null ? UNKNOWN : place.code();
        } catch (IOException | IllegalArgumentException e) {
            // 999.1.1.1, an IPv6 address in an IPv4 file: the event counts all the same.
            return UNKNOWN;
        }
    }

    /** The part of an entry that is read; public, as the reader makes it by reflection. */
    public static final class Place {
        private final Country country;
        private final Country registered;

        @MaxMindDbConstructor
        public Place(
                @MaxMindDbParameter(name = "country") Country country,
                @MaxMindDbParameter(name = "registered_country") Country registered) {
            this.country = country;
            this.registered = registered;
        }

        String code() {
            if (country != null && country.code != null) {
                return country.code;
            }
            return registered != null && registered.code != null ? registered.code : UNKNOWN;
        }
    }

    /** A country as an entry names it; public for the same reason. */
    public static final class Country {
        private final String code;

        @MaxMindDbConstructor
        public Country(@MaxMindDbParameter(name = "iso_code") String code) {
            this.code = code;
        }
    }
}
