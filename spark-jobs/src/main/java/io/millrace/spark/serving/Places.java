package io.millrace.spark.serving;

import com.maxmind.db.CHMCache;
import com.maxmind.db.MaxMindDbConstructor;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Reader;
import io.millrace.spark.ConfigException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Where an address is, by a MaxMind-format file of countries or of cities. Safe for use by several threads. */
final class Places {
    /** What stands for an address whose country nobody knows. */
    static final String UNKNOWN = "ZZ";

    /**
     * @param country ISO 3166-1 alpha-2 code; {@link #UNKNOWN} when the address is null, private, unlisted or none at all
     * @param region ISO 3166-2 code without the country; null when unknown, as always with a file of countries
     * @param city English name; null when unknown
     */
    record Place(String country, String region, String city) {
        static final Place NOWHERE = new Place(UNKNOWN, null, null);
    }

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int REMEMBERED = 20_000;

    private final Reader reader;
    private final BoundedCache<String, Place> remembered = new BoundedCache<>(REMEMBERED);

    /** @throws ConfigException when the file cannot be read */
    Places(String file) {
        try {
            // Mapped, not loaded: of a file of 60 MiB only the pages that are looked at take memory.
            reader = new Reader(new File(file), new CHMCache());
        } catch (IOException e) {
            throw new ConfigException("cannot read geo.country.mmdb " + file + ": " + e, e);
        }
    }

    /** Never null; the address may be null or anything a client sends. */
    Place of(String address) {
        return address == null ? Place.NOWHERE : remembered.get(address, this::find);
    }

    private Place find(String address) {
        // Only literals: getByName would ask DNS for anything else.
        if (!IPV4.matcher(address).matches() && address.indexOf(':') < 0) {
            return Place.NOWHERE;
        }
        try {
            Entry entry = reader.get(InetAddress.getByName(address), Entry.class);
            return entry == null ? Place.NOWHERE : entry.place();
        } catch (IOException | IllegalArgumentException e) {
            // 999.1.1.1, an IPv6 address in an IPv4 file: the event counts all the same.
            return Place.NOWHERE;
        }
    }

    /** The part of an entry that is read; public, as the reader makes it by reflection. */
    public static final class Entry {
        private final Code country;
        private final Code registered;
        private final List<Code> regions;
        private final Names city;

        @MaxMindDbConstructor
        public Entry(
                @MaxMindDbParameter(name = "country") Code country,
                @MaxMindDbParameter(name = "registered_country") Code registered,
                @MaxMindDbParameter(name = "subdivisions") List<Code> regions,
                @MaxMindDbParameter(name = "city") Names city) {
            this.country = country;
            this.registered = registered;
            this.regions = regions;
            this.city = city;
        }

        Place place() {
            if (country == null || country.code == null) {
                // Where it was registered says nothing about the part of the country.
                return registered == null || registered.code == null
                        ? Place.NOWHERE
                        : new Place(registered.code, null, null);
            }
            String region = regions == null || regions.isEmpty() ? null : regions.get(0).code;
            return new Place(country.code, region, city == null ? null : city.english());
        }
    }

    /** A country, or a part of one; public for the same reason. */
    public static final class Code {
        private final String code;

        @MaxMindDbConstructor
        public Code(@MaxMindDbParameter(name = "iso_code") String code) {
            this.code = code;
        }
    }

    /** A name in several languages; public for the same reason. */
    public static final class Names {
        private final Map<String, String> names;

        @MaxMindDbConstructor
        public Names(@MaxMindDbParameter(name = "names") Map<String, String> names) {
            this.names = names;
        }

        String english() {
            return names == null ? null : names.get("en");
        }
    }
}
