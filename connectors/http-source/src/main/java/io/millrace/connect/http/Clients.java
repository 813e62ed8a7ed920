package io.millrace.connect.http;

import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.limits.AddressRanges;
import io.millrace.connect.http.listen.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What is known and kept of who sends. Safe for use by several threads. */
final class Clients {
    private static final String ALGORITHM = "HmacSHA256";
    /** Hexadecimal digits of a digest that are kept: few enough to read, enough to tell addresses apart. */
    private static final int DIGEST_BYTES = 16;

    private final AddressRanges allowed;
    private final AddressRanges proxies;
    private final AddressForm form;
    private final byte[] salt;

    /** How events show the address. */
    enum AddressForm {
        PLAIN,
        HASH,
        NONE
    }

    Clients(AddressRanges allowed, AddressRanges proxies, AddressForm form, String salt) {
        this.allowed = allowed;
        this.proxies = proxies;
        this.form = form;
        this.salt = salt.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The address of who sends: the other end of the connection, or what the proxies that are trusted say it is.
     *
     * @throws Rejection when it is none of those that may send
     */
    InetAddress address(Request request) throws Rejection {
        InetAddress address = request.address();
        if (!proxies.isEmpty() && proxies.contains(address)) {
            String[] hops = request.head().headers().get("X-Forwarded-For", "").split(",");
            // From the right: what is further left the client can write itself.
            for (int i = hops.length - 1; i >= 0 && proxies.contains(address); i--) {
                InetAddress before = AddressRanges.address(hops[i].strip());
                if (before == null) {
                    break;
                }
                address = before;
            }
        }
        if (!allowed.isEmpty() && !allowed.contains(address)) {
            throw Rejection.forbidden("the address " + address.getHostAddress() + " is none of allowed.addresses");
        }
        return address;
    }

    /** @param name of the key, user, token or certificate */
    ClientFacts facts(Request request, InetAddress address, String name) {
        return new ClientFacts(shown(address), request.head().headers().get(HttpHeaderNames.USER_AGENT), name);
    }

    private String shown(InetAddress address) {
        return switch (form) {
            case PLAIN -> address.getHostAddress();
            case HASH -> digest(address);
            case NONE -> null;
        };
    }

    private String digest(InetAddress address) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(salt, ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(address.getAddress()), 0, DIGEST_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }
}
