package io.millrace.connect.http.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** IPv4 and IPv6 addresses and ranges of them, such as {@code 10.0.0.0/8}. Immutable. */
public final class AddressRanges {
    /** Only what cannot be a host name: looking names up would block, and let a name server decide. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final List<Range> ranges;

    private record Range(byte[] network, int bits) {
        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
                if (((address[bit / 8] ^ network[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private AddressRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /** @throws IllegalArgumentException naming what is no address or range */
    public static AddressRanges parse(List<String> texts) {
        return new AddressRanges(texts.stream().map(AddressRanges::range).toList());
    }

    /** The address that a text writes out; null when the text is none. */
    public static InetAddress address(String text) {
        try {
            return LITERAL.matcher(text).matches() ? InetAddress.getByName(text) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ranges.stream().anyMatch(range -> range.contains(bytes));
    }

    private static Range range(String text) {
        int slash = text.indexOf('/');
        InetAddress network = address(slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            throw new IllegalArgumentException(text + " is no address; write 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32");
        }
        int length = network.getAddress().length * 8;
        int bits = slash < 0 ? length : bits(text, text.substring(slash + 1));
        if (bits < 0 || bits > length) {
            throw new IllegalArgumentException(text + " has no prefix length between 0 and " + length);
        }
        return new Range(network.getAddress(), bits);
    }

    private static int bits(String text, String number) {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " has no number after its slash", e);
        }
    }
}
