package io.millrace.connect.configs;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Says why a server could not be reached, with the next step. */
final class Unreachable {
    private Unreachable() {}

    static String reason(IOException failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && causes.size() < 20; cause = cause.getCause()) {
            causes.add(cause);
        }
        if (has(causes, UnresolvedAddressException.class) || has(causes, UnknownHostException.class)) {
            return "no such host; check the name in the URL";
        }
        if (has(causes, HttpConnectTimeoutException.class)) {
            return "nothing answers within 5 s; check the address and the firewall";
        }
        if (has(causes, HttpTimeoutException.class)) {
            return "the connection stands but no answer came within 95 s; look into the worker's log";
        }
        if (has(causes, SSLException.class)) {
            return tls(causes);
        }
        if (has(causes, ConnectException.class)) {
            return "the connection was refused; is it running, and is the port right?";
        }
        return "the connection broke (" + failure.getClass().getSimpleName()
                + "); does the worker listen with TLS while the URL begins with http://, or the other way round?";
    }

    private static String tls(List<Throwable> causes) {
        String text = String.join(
                        " ",
                        causes.stream()
                                .map(cause -> String.valueOf(cause.getMessage()))
                                .toList())
                .toLowerCase(Locale.ROOT);
        if (has(causes, CertPathBuilderException.class) || text.contains("trustanchors")) {
            return "its certificate is not trusted; name a truststore (PEM, PKCS#12 or JKS) with its issuer in the"
                    + " connect section of the environment";
        }
        if (text.contains("no name matching") || text.contains("no subject alternative")) {
            return "its certificate is for another host; use the host name of the certificate in the URL";
        }
        if (has(causes, CertificateException.class)) {
            return "its certificate is not valid (" + last(causes) + ")";
        }
        if (text.contains("certificate_required") || text.contains("bad_certificate")) {
            return "it asks for a client certificate that it trusts; name a keystore in the connect section of the"
                    + " environment";
        }
        if (text.contains("unsupported or unrecognized") || text.contains("not an ssl")) {
            return "it does not speak TLS; does the URL have to begin with http:// instead of https://?";
        }
        return "TLS failed (" + last(causes) + "); certificates and protocols of both sides must fit";
    }

    private static String last(List<Throwable> causes) {
        return causes.get(causes.size() - 1).getMessage();
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }
}
